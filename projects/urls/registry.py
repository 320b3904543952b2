from django.urls import path

from projects.views import registry

urlpatterns = [
    path("", registry.index, name="list"),
    path("export.<slug:kind>", registry.export, name="export"),
    path("views/save/", registry.view_save, name="view_save"),
    path("views/<int:pk>/delete/", registry.view_delete, name="view_delete"),
    path("new/", registry.index, name="new"),
    path("<int:pk>/", registry.index, name="page"),
]
