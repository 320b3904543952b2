from django.urls import path

from projects.gathering import views

urlpatterns = [
    path("gathering/", views.index, name="gathering"),
    path("gathering/forms/<month:month>/", views.forms, name="gathering_forms"),
    path("gathering/all/", views.take_all, name="gathering_all"),
    path("gathering/<key:pk>/", views.settle, name="gathering_settle"),
]
