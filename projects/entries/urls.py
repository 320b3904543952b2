from django.urls import path

from core.lists.urls import paths
from projects.entries import views
from projects.entries.lists import PROPOSALS

urlpatterns = [
    path("entries/", views.desk, name="entries"),
    *paths(PROPOSALS, "entries/list/"),
    path("entries/<int:pk>/confirm/", views.accept, name="entry_accept"),
    path("entries/<int:pk>/return/", views.give_back, name="entry_return"),
    path("entries/<int:pk>/take-back/", views.take_back, name="entry_take_back"),
    # The step into the statistics has the address of every step, and a door of its own.
    path("<int:pk>/move/entered/", views.enter, name="enter"),
    path("<int:pk>/entry/", views.of_project, name="project_entry"),
    path("<int:pk>/entry/day/", views.change_day, name="entry_day"),
    path("<int:pk>/entry/confirm/", views.confirm, name="entry_confirm"),
]
