from projects.approvals import urls as approvals
from projects.codes import urls as codes
from projects.contacts import urls as contacts
from projects.effort import urls as effort
from projects.entries import urls as entries
from projects.gathering import urls as gathering
from projects.ledger import urls as ledger
from projects.lifecycle import urls as lifecycle
from projects.list import urls as listed
from projects.map import urls as mapped
from projects.milestones import urls as milestones
from projects.packages import urls as packages
from projects.page import urls as page
from projects.photos import urls as photos
from projects.plans import urls as plans
from projects.platform import urls as platform
from projects.registry import urls as registry
from projects.reports import urls as reports
from projects.resumptions import urls as resumptions
from projects.review import urls as review
from projects.rosters import urls as rosters
from projects.signboards import urls as signboards
from projects.sponsorship import urls as sponsorship
from projects.supervision import urls as supervision
from projects.turn import urls as turn

app_name = "projects"
urlpatterns = [
    *ledger.urlpatterns,
    *platform.urlpatterns,
    *reports.urlpatterns,
    *gathering.urlpatterns,
    *effort.urlpatterns,
    *review.urlpatterns,
    *listed.urlpatterns,
    *mapped.urlpatterns,
    *rosters.urlpatterns,
    *plans.urlpatterns,
    *turn.urlpatterns,
    *registry.urlpatterns,
    *page.urlpatterns,
    *approvals.urlpatterns,
    *photos.urlpatterns,
    *codes.urlpatterns,
    *contacts.urlpatterns,
    *packages.urlpatterns,
    *resumptions.urlpatterns,
    *supervision.urlpatterns,
    *milestones.urlpatterns,
    *sponsorship.urlpatterns,
    *signboards.urlpatterns,
    *entries.urlpatterns,  # before the steps, of which one is its own
    *lifecycle.urlpatterns,
]
