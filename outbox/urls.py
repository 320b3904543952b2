from django.urls import path

from core.lists.urls import paths
from outbox import views
from outbox.lists import OUTBOX
from outbox.reminders.urls import urlpatterns as reminders
from outbox.robots.urls import urlpatterns as robots

app_name = "outbox"
urlpatterns = [
    *paths(OUTBOX),
    *robots,
    *reminders,
    path("<key:pk>/again/", views.again, name="again"),
    path("notices/", views.mine, name="notices"),
    path("notices/read/", views.read_all, name="read"),
    path("notices/<key:pk>/", views.follow, name="notice"),
]
