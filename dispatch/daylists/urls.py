from django.urls import path

from core.lists.urls import paths
from dispatch.daylists import views
from dispatch.daylists.lists import DAY_LISTS

urlpatterns = [
    *paths(DAY_LISTS, "day-lists/"),
    path("rounds/<key:pk>/lists/", views.of_round, name="round_lists"),
    path("day-lists/<key:pk>/", views.page, name="day_list"),
    path("day-lists/<key:pk>/file/", views.file, name="day_list_file"),
]
