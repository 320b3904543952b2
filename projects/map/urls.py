from django.urls import path

from projects.map import views

urlpatterns = [
    path("map/", views.show, name="map"),
    path("map/outline/", views.outline, name="outline"),
    path("map/outline/<key:pk>/restore/", views.restore, name="outline_restore"),
    path("<key:pk>/place/", views.place, name="place"),
    path("<key:pk>/place/<slug:size>.svg", views.picture, name="place_picture"),
]
