from django.urls import path

from organization.people import views

urlpatterns = [
    path("people/<key:pk>/account/", views.open_account, name="open_account"),
    path("people/<key:pk>/password/", views.reset_password, name="reset_password"),
    path("people/<key:pk>/vacate/", views.vacate, name="vacate"),
]
