from django.urls import path

from dispatch.squads import views as squads

urlpatterns = [path("squads/<key:pk>/standing/", squads.standing, name="squad_standing")]
