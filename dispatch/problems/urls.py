from django.urls import path

from core.lists.urls import paths
from dispatch.problems import views as problems
from dispatch.problems.lists import PROBLEMS

urlpatterns = [
    path("problems/", problems.index, name="problems"),
    *paths(PROBLEMS, "problems/list/"),
    path("problems/together/", problems.together, name="problems_together"),
    path("problems/new/", problems.new, name="problem_new"),
    path("problems/<key:pk>/", problems.page, name="problem"),
    path("problems/<key:pk>/proof/<key:file_pk>/", problems.proof, name="problem_proof"),
    path("problems/<key:pk>/<slug:action>/", problems.act, name="problem_act"),
    path("projects/<key:pk>/problems/", problems.of_project, name="project_problems"),
    path("squads/<key:pk>/problems/", problems.of_squad, name="squad_problems"),
]
