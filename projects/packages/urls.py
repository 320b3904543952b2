from django.urls import path

from projects.packages import views

urlpatterns = [
    path("<key:pk>/package/", views.of_project, name="package"),
    path("<key:pk>/package/put/", views.put, name="package_put"),
    path("<key:pk>/package/out/", views.out, name="package_out"),
]
