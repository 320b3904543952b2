from django.urls import path

from projects.contacts import views

urlpatterns = [
    path("<key:pk>/contacts/", views.of_project, name="contacts"),
    path("<key:pk>/contacts/open/", views.opened, name="contacts_open"),
    path("<key:pk>/contacts/new/", views.write, name="contact_new"),
]
