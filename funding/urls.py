from django.urls import path

from core.lists.urls import paths
from funding.bids import views
from funding.bids.lists import BIDS

app_name = "funding"
urlpatterns = [
    *paths(BIDS),
    path("new/", views.new, name="new"),
    path("projects/<key:pk>/", views.project_bids, name="project_bids"),
    path("<key:pk>/", views.page, name="page"),
    path("<key:pk>/edit/", views.edit, name="edit"),
    path("<key:pk>/step/", views.step, name="step"),
    path("<key:pk>/send-back/", views.send_back, name="send_back"),
    path("<key:pk>/fail/", views.fail, name="fail"),
    path("<key:pk>/resume/", views.resume, name="resume"),
]
