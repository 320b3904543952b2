from django.urls import path

from core.lists.urls import paths
from organization.changes import views
from organization.changes.lists import UNITS

urlpatterns = [
    *paths(UNITS, "units/"),
    path("units/<key:pk>/", views.unit, name="unit"),
    path("units/<key:pk>/<slug:kind>/", views.change, name="unit_change"),
    path("units/planned/<key:pk>/withdraw/", views.withdraw, name="unit_withdraw"),
]
