from django.urls import path

from core.lists.urls import paths
from projects.list import views
from projects.list.lists import PROJECTS

urlpatterns = [
    *paths(PROJECTS),
    path("of-squad/<int:pk>/", views.of_squad, name="of_squad"),
]
