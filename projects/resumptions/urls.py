from django.urls import path

from projects.resumptions import views

urlpatterns = [
    path("<key:pk>/resumptions/", views.of_project, name="resumptions"),
    path("<key:pk>/resumptions/<year:year>/", views.write, name="resumption"),
]
