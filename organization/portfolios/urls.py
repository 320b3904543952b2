from django.urls import path

from core.lists.urls import paths
from organization.portfolios import views
from organization.portfolios.lists import PORTFOLIOS

urlpatterns = [
    *paths(PORTFOLIOS, "portfolios/"),
    path("portfolios/<key:pk>/", views.portfolio, name="portfolio"),
    path("portfolios/<key:pk>/change/", views.change, name="portfolio_change"),
]
