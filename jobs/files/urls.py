from django.urls import path

from jobs.files import views as files

app_name = "files"
urlpatterns = [
    path("<key:pk>/", files.page, name="page"),
    path("<key:pk>/download/", files.download, name="download"),
]
