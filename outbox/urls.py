from django.urls import path

from core.lists.urls import paths
from outbox import views
from outbox.lists import OUTBOX

app_name = "outbox"
urlpatterns = [
    *paths(OUTBOX),
    path("<int:pk>/again/", views.again, name="again"),
    path("notices/", views.mine, name="notices"),
    path("notices/read/", views.read_all, name="read"),
    path("notices/<int:pk>/", views.follow, name="notice"),
]
