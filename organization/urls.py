from organization.changes import urls as changes
from organization.people import urls as people

app_name = "organization"
urlpatterns = [*people.urlpatterns, *changes.urlpatterns]
