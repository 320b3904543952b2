from projects.ledger import urls as ledger
from projects.lifecycle import urls as lifecycle
from projects.list import urls as listed
from projects.page import urls as page
from projects.reports import urls as reports

app_name = "projects"
urlpatterns = [
    *ledger.urlpatterns,
    *reports.urlpatterns,
    *listed.urlpatterns,
    *page.urlpatterns,
    *lifecycle.urlpatterns,
]
