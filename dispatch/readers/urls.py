from django.urls import path

from dispatch.readers import views

urlpatterns = [
    path("bulletins/<key:pk>/readers/", views.readers, name="bulletin_readers"),
    path("bulletins/<key:pk>/readers/remind/", views.remind, name="bulletin_remind"),
]
