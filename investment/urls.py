from django.urls import path

from core.lists.urls import paths
from investment.leads import views
from investment.leads.lists import LEADS

app_name = "investment"
urlpatterns = [
    *paths(LEADS),
    path("new/", views.new, name="new"),
    path("projects/<key:pk>/", views.project_lead, name="project_lead"),
    path("<key:pk>/", views.page, name="page"),
    path("<key:pk>/edit/", views.edit, name="edit"),
    path("<key:pk>/step/", views.step, name="step"),
    path("<key:pk>/land/", views.land, name="land"),
    path("<key:pk>/lose/", views.lose, name="lose"),
    path("<key:pk>/resume/", views.resume, name="resume"),
]
