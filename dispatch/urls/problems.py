from django.urls import path

from dispatch.views import problems

urlpatterns = [
    path("problems/", problems.index, name="problems"),
    path("problems/new/", problems.new, name="problem_new"),
    path("problems/<int:pk>/", problems.page, name="problem"),
    path("problems/<int:pk>/<slug:action>/", problems.act, name="problem_act"),
    path("projects/<int:pk>/problems/", problems.of_project, name="project_problems"),
]
