from django.urls import path

from core.lists.urls import paths
from investment.leads import views
from investment.leads.lists import LEADS

app_name = "investment"
urlpatterns = [
    *paths(LEADS),
    path("new/", views.new, name="new"),
    path("projects/<int:pk>/", views.project_lead, name="project_lead"),
    path("<int:pk>/", views.page, name="page"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/step/", views.step, name="step"),
    path("<int:pk>/land/", views.land, name="land"),
    path("<int:pk>/lose/", views.lose, name="lose"),
    path("<int:pk>/resume/", views.resume, name="resume"),
]
