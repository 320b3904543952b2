from django.urls import path

from jobs import views
from jobs.files import views as files

app_name = "jobs"
urlpatterns = [
    path("", views.jobs_page, name="page"),
    path("files/<key:pk>/", files.page, name="file"),
    path("files/<key:pk>/download/", files.download, name="file_download"),
]
