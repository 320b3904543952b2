from django.urls import path

from core.lists.urls import paths
from projects.photos import views
from projects.photos.lists import PHOTOS

urlpatterns = [
    *paths(PHOTOS, "photos/"),
    path("photos/sheet/<month:month>/", views.sheet, name="photo_sheet"),
    path("photos/<key:pk>/remove/", views.remove, name="photo_remove"),
    path("photos/<key:pk>/restore/", views.restore, name="photo_restore"),
    path("photos/<key:pk>/<slug:size>/", views.picture, name="photo"),
    path("<key:pk>/photos/", views.of_project, name="project_photos"),
    path("<key:pk>/photos/<month:month>/", views.of_month, name="photos"),
]
