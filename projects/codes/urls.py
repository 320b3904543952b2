from django.urls import path

from projects.codes import views

urlpatterns = [
    path("<key:pk>/codes/", views.of_project, name="codes"),
    path("<key:pk>/codes/new/", views.write, name="code_new"),
    path("<key:pk>/codes/<key:code>/", views.write, name="code_edit"),
]
