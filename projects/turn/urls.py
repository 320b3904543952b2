from django.urls import path

from projects.turn import views

urlpatterns = [
    path("turn/<year:year>/", views.turn, name="turn"),
    path("turn/<year:year>/back/", views.back, name="turn_back"),
    path("turn/<year:year>/again/<key:pk>/", views.again, name="turn_again"),
    path("<key:pk>/turn/", views.of_project, name="project_turn"),
]
