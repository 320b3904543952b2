from django.urls import path

from core.lists.urls import paths
from projects.lists import PROJECTS
from projects.views import lifecycle, project

urlpatterns = [
    *paths(PROJECTS),
    path("new/", project.new, name="new"),
    path("<int:pk>/", project.show, name="page"),
    path("<int:pk>/edit/", project.edit, name="edit"),
    path("<int:pk>/plan/<int:year>/", project.plan, name="plan"),
    path("<int:pk>/approvals/", project.approval, name="approval"),
    path("<int:pk>/approvals/<int:approval_pk>/remove/", project.approval_remove, name="approval_remove"),
    path("<int:pk>/sponsors/", project.sponsors, name="sponsors"),
    path("<int:pk>/history/", project.history, name="history"),
    path("<int:pk>/move/<slug:to>/", lifecycle.move, name="move"),
    path("<int:pk>/back/", lifecycle.back, name="back"),
    path("<int:pk>/suspend/", lifecycle.suspend, name="suspend"),
    path("<int:pk>/resume/", lifecycle.resume, name="resume"),
    path("<int:pk>/withdraw/", lifecycle.withdraw, name="withdraw"),
]
