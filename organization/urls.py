from organization.people import urls as people
from organization.squads import urls as squads

app_name = "organization"
urlpatterns = [*people.urlpatterns, *squads.urlpatterns]
