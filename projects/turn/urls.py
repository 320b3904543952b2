from django.urls import path

from projects.turn import views

urlpatterns = [path("turn/<year:year>/", views.turn, name="turn")]
