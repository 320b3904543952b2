from django.urls import path

from outbox.reminders import views

urlpatterns = [
    path("reminders/", views.mine, name="reminders"),
    path("reminders/put-off/", views.put_off, name="put_off"),
    path("reminders/<key:pk>/take-up/", views.take_up, name="take_up"),
]
