from django.urls import path

from core.lists.urls import paths
from dispatch.instructions import views
from dispatch.instructions.lists import INSTRUCTIONS, SILENT

urlpatterns = [
    *paths(INSTRUCTIONS, "instructions/"),
    *paths(SILENT, "instructions/silent/"),
    path("instructions/said/", views.said, name="instructions_said"),
    path("instructions/<key:pk>/", views.page, name="instruction"),
    path("instructions/<key:pk>/<slug:action>/", views.act, name="instruction_act"),
    path("projects/<key:pk>/instructions/", views.of_project, name="project_instructions"),
    path("projects/<key:pk>/instructions/new/", views.new_on_project, name="project_instruct"),
    path("instructions/problem/<key:pk>/", views.of_problem, name="problem_instructions"),
    path("instructions/problem/<key:pk>/new/", views.new_on_problem, name="problem_instruct"),
]
