from django.urls import path

from projects.supervision import views

urlpatterns = [
    path("supervision/", views.index, name="supervision"),
    path("supervision/<int:pk>/answer/", views.answer, name="supervision_answer"),
    path("<int:pk>/supervision/", views.of_project, name="project_supervision"),
    path("<int:pk>/supervision/new/", views.new, name="supervision_new"),
]
