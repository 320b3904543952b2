from projects.urls import imports, registry, reports

app_name = "projects"
urlpatterns = [
    *imports.urlpatterns,
    *reports.urlpatterns,
    *registry.urlpatterns,
]
