from django.urls import path

from core.lists.urls import paths
from projects.plans import views
from projects.plans.lists import FIXED_ONES

urlpatterns = [
    *paths(FIXED_ONES, "plans/fixed/"),
    path("plans/<year:year>/", views.grid, name="plans"),
    path("<key:pk>/plans/", views.of_project, name="project_plans"),
]
