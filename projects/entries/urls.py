from django.urls import path

from core.lists.urls import paths
from projects.entries import views
from projects.entries.lists import PROPOSALS

urlpatterns = [
    path("entries/", views.desk, name="entries"),
    *paths(PROPOSALS, "entries/list/"),
    path("entries/<key:pk>/confirm/", views.accept, name="entry_accept"),
    path("entries/<key:pk>/return/", views.give_back, name="entry_return"),
    path("entries/<key:pk>/take-back/", views.take_back, name="entry_take_back"),
    # The step into the statistics has the address of every step, and a door of its own.
    path("<key:pk>/move/entered/", views.enter, name="enter"),
    path("<key:pk>/entry/", views.of_project, name="project_entry"),
    path("<key:pk>/entry/day/", views.change_day, name="entry_day"),
    path("<key:pk>/entry/confirm/", views.confirm, name="entry_confirm"),
]
