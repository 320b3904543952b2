from django.urls import path

from investment import views

app_name = "investment"
urlpatterns = [
    path("", views.index, name="list"),
    path("export/", views.export, name="export"),
    path("new/", views.new, name="new"),
    path("projects/<int:pk>/", views.project_lead, name="project_lead"),
    path("<int:pk>/", views.page, name="page"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/step/", views.step, name="step"),
    path("<int:pk>/land/", views.land, name="land"),
    path("<int:pk>/lose/", views.lose, name="lose"),
    path("<int:pk>/resume/", views.resume, name="resume"),
]
