from projects.urls import imports
from projects.urls import reports
from projects.urls import registry

app_name = "projects"
urlpatterns = [
    *imports.urlpatterns,
    *reports.urlpatterns,
    *registry.urlpatterns,
]
