from django.urls import path

from core.lists.urls import paths
from funding.bids import views
from funding.bids.lists import BIDS

app_name = "funding"
urlpatterns = [
    *paths(BIDS),
    path("new/", views.new, name="new"),
    path("projects/<int:pk>/", views.project_bids, name="project_bids"),
    path("<int:pk>/", views.page, name="page"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/step/", views.step, name="step"),
    path("<int:pk>/send-back/", views.send_back, name="send_back"),
    path("<int:pk>/fail/", views.fail, name="fail"),
    path("<int:pk>/resume/", views.resume, name="resume"),
]
