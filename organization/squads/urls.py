from django.urls import path

from organization.squads import views

urlpatterns = [
    path("squads/new/", views.new, name="squad_new"),
    path("squads/<int:pk>/", views.page, name="squad"),
    path("squads/<int:pk>/edit/", views.edit, name="squad_edit"),
    path("squads/<int:pk>/end/", views.end, name="squad_end"),
]
