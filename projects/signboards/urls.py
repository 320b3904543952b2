from django.urls import path

from projects.signboards import views

urlpatterns = [
    path("<key:pk>/signboard/", views.page, name="signboard"),
    path("<key:pk>/signboard/<slug:shape>/", views.paper, name="signboard_paper"),
    path("<key:pk>/signboard/<slug:shape>/file/", views.download, name="signboard_file"),
]
