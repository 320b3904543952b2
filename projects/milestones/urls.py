from django.urls import path

from core.lists.urls import paths
from projects.milestones import views
from projects.milestones.lists import MILESTONES

urlpatterns = [
    path("schedule/", views.wall_chart, name="wall"),
    *paths(MILESTONES, "schedule/list/"),
    path("schedule/milestones/<key:pk>/remove/", views.take_out, name="milestone_remove"),
    path("<key:pk>/schedule/", views.of_project, name="schedule"),
    path("<key:pk>/schedule/new/", views.lay, name="schedule_new"),
    path("<key:pk>/schedule/add/", views.put_in, name="milestone_add"),
]
