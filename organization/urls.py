from organization.changes import urls as changes
from organization.handovers import urls as handovers
from organization.people import urls as people

app_name = "organization"
urlpatterns = [*people.urlpatterns, *changes.urlpatterns, *handovers.urlpatterns]
