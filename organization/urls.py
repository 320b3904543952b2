from organization.changes import urls as changes
from organization.people import urls as people
from organization.portfolios import urls as portfolios

app_name = "organization"
urlpatterns = [*people.urlpatterns, *changes.urlpatterns, *portfolios.urlpatterns]
