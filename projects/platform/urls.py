from django.urls import path

from projects.platform import views

urlpatterns = [
    path("platform/", views.index, name="platform"),
    path("platform/<key:pk>/", views.page, name="platform_import"),
    path("platform/<key:pk>/write/", views.write, name="platform_write"),
    path("platform/<key:pk>/file/", views.original, name="platform_file"),
    path("platform/<key:pk>/differences/", views.differences, name="platform_differences"),
]
