from organization.changes import urls as changes
from organization.people import urls as people
from organization.portfolios import urls as portfolios
from organization.squads import urls as squads

app_name = "organization"
urlpatterns = [*people.urlpatterns, *changes.urlpatterns, *portfolios.urlpatterns, *squads.urlpatterns]
