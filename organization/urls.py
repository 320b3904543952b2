from organization.audit import urls as audit
from organization.changes import urls as changes
from organization.handovers import urls as handovers
from organization.people import urls as people
from organization.portfolios import urls as portfolios
from organization.squads import urls as squads

app_name = "organization"
urlpatterns = [
    *people.urlpatterns,
    *audit.urlpatterns,
    *changes.urlpatterns,
    *handovers.urlpatterns,
    *portfolios.urlpatterns,
    *squads.urlpatterns,
]
