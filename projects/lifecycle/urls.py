from django.urls import path

from projects.lifecycle import views

urlpatterns = [
    path("<int:pk>/move/<slug:to>/", views.move, name="move"),
    path("<int:pk>/back/", views.back, name="back"),
    path("<int:pk>/suspend/", views.suspend, name="suspend"),
    path("<int:pk>/resume/", views.resume, name="resume"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
