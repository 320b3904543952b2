from django.urls import path

from core.lists.urls import paths
from dispatch.numbers import views
from dispatch.numbers.lists import REGISTER

urlpatterns = [
    *paths(REGISTER, "numbers/"),
    path("numbers/enter/", views.enter, name="number_enter"),
    path("numbers/<key:pk>/void/", views.void, name="number_void"),
]
