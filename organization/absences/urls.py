from django.urls import path

from core.lists.urls import paths
from organization.absences import views
from organization.absences.lists import PEOPLE

urlpatterns = [
    *paths(PEOPLE, "people/"),
    path("people/<key:pk>/away/", views.away, name="post_away"),
    path("people/away/<key:pk>/end/", views.end, name="away_end"),
]
