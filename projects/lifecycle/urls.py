from django.urls import path

from projects.lifecycle import views

urlpatterns = [
    path("<key:pk>/move/<slug:to>/", views.move, name="move"),
    path("<key:pk>/back/", views.back, name="back"),
    path("<key:pk>/suspend/", views.suspend, name="suspend"),
    path("<key:pk>/resume/", views.resume, name="resume"),
    path("<key:pk>/withdraw/", views.withdraw, name="withdraw"),
]
