from django.urls import path

from core.lists.urls import paths
from organization.people import views
from organization.people.lists import PEOPLE

urlpatterns = [
    *paths(PEOPLE, "people/"),
    path("people/<key:pk>/account/", views.open_account, name="open_account"),
    path("people/<key:pk>/password/", views.reset_password, name="reset_password"),
    path("people/<key:pk>/vacate/", views.vacate, name="vacate"),
]
