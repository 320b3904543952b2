from django.urls import path

from core.lists.urls import paths
from outbox.robots import views
from outbox.robots.lists import GROUPS

urlpatterns = [
    *paths(GROUPS, "groups/"),
    path("groups/<key:pk>/again/", views.again, name="group_again"),
]
