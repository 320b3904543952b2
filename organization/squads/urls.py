from django.urls import path

from organization.squads import views

urlpatterns = [
    path("squads/new/", views.new, name="squad_new"),
    path("squads/<key:pk>/", views.page, name="squad"),
    path("squads/<key:pk>/edit/", views.edit, name="squad_edit"),
    path("squads/<key:pk>/end/", views.end, name="squad_end"),
]
