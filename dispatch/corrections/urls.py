from django.urls import path

from dispatch.corrections import views

urlpatterns = [path("bulletins/<key:pk>/correct/", views.correct, name="bulletin_correct")]
