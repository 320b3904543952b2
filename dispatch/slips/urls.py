from django.urls import path

from core.lists.urls import paths
from dispatch.slips import views
from dispatch.slips.lists import SLIPS

urlpatterns = [
    *paths(SLIPS, "slips/"),
    path("slips/overdue/", views.overdue, name="slips_overdue"),
    path("slips/new/", views.new, name="slip_new"),
    path("slips/<key:pk>/", views.page, name="slip"),
    path("slips/<key:pk>/pdf/", views.pdf, name="slip_pdf"),
    path("slips/<key:pk>/slip.pdf", views.file, name="slip_file"),
    path("slips/<key:pk>/answer/file/", views.answer_file, name="slip_answer_file"),
    path("slips/<key:pk>/do/<slug:action>/", views.act, name="slip_act"),
    path("projects/<key:pk>/slips/", views.of_project, name="project_slips"),
    path("slips/problem/<key:pk>/", views.of_problem, name="problem_slips"),
]
