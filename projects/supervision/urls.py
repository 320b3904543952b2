from django.urls import path

from core.lists.urls import paths
from projects.supervision import views
from projects.supervision.lists import NOTES

urlpatterns = [
    *paths(NOTES, "supervision/"),
    path("supervision/<key:pk>/answer/", views.answer, name="supervision_answer"),
    path("<key:pk>/supervision/", views.of_project, name="project_supervision"),
    path("<key:pk>/supervision/new/", views.new, name="supervision_new"),
]
