from django.urls import path

from core.lists.urls import paths
from dispatch.problem_list import PROBLEMS
from dispatch.views import problems

urlpatterns = [
    path("problems/", problems.index, name="problems"),
    *paths(PROBLEMS, "problems/list/"),
    path("problems/new/", problems.new, name="problem_new"),
    path("problems/<int:pk>/", problems.page, name="problem"),
    path("problems/<int:pk>/<slug:action>/", problems.act, name="problem_act"),
    path("projects/<int:pk>/problems/", problems.of_project, name="project_problems"),
]
