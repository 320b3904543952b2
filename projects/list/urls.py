from django.urls import path

from core.lists.urls import paths
from projects.list import views
from projects.list.lists import PROJECTS
from projects.list.squads import SQUADS

urlpatterns = [
    *paths(PROJECTS),
    *paths(SQUADS, "squads/"),
    path("of-squad/<key:pk>/", views.of_squad, name="of_squad"),
]
