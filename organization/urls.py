from django.urls import path

from organization import views

app_name = "organization"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/<int:pk>/account/", views.open_account, name="open_account"),
    path("people/<int:pk>/password/", views.reset_password, name="reset_password"),
    path("people/<int:pk>/vacate/", views.vacate, name="vacate"),
]
