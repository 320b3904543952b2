from django.urls import path

from projects.rosters import views

urlpatterns = [
    path("lists/", views.index, name="rosters"),
    path("lists/new/", views.new, name="roster_new"),
    path("lists/<key:pk>/", views.show, name="roster"),
    path("lists/<key:pk>/list.xlsx", views.export, name="roster_export"),
    path("lists/<key:pk>/edit/", views.edit, name="roster_edit"),
    path("lists/<key:pk>/close/", views.close, name="roster_close"),
    path("<key:pk>/lists/", views.of_project, name="project_rosters"),
]
