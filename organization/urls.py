from django.urls import path

from organization.absences import urls as absences
from organization.accounts import urls as accounts
from organization.audit import urls as audit
from organization.changes import urls as changes
from organization.handovers import urls as handovers
from organization.people import urls as people
from organization.portfolios import urls as portfolios
from organization.sign_in.views import reset_second_factor
from organization.squads import urls as squads

app_name = "organization"
urlpatterns = [
    path("people/<int:pk>/second-factor/", reset_second_factor, name="reset_second_factor"),
    *accounts.urlpatterns,
    *people.urlpatterns,
    *absences.urlpatterns,
    *audit.urlpatterns,
    *changes.urlpatterns,
    *handovers.urlpatterns,
    *portfolios.urlpatterns,
    *squads.urlpatterns,
]
