from django.urls import include, path

from core.web import views as house
from core.web.views import how_far
from dispatch.home.views import home
from dispatch.verifying.views import verify
from jobs.views import health_page
from organization.sign_in import account_urls

handler500 = "core.web.away.broken"

urlpatterns = [
    path("", home, name="home"),
    *account_urls.urlpatterns,
    path("undo/<slug:key>/<key:pk>/", house.take_back, name="undo"),
    path("progress/", how_far, name="progress"),
    path("did/", house.did, name="did"),
    path("did/<key:pk>/", house.did_rows, name="did_rows"),
    path("lists/", include("core.lists.urls")),
    path("organization/", include("organization.urls")),
    path("health/", health_page, name="health"),
    path("jobs/", include("jobs.urls")),
    path("files/", include("jobs.files.urls")),
    path("outbox/", include("outbox.urls")),
    path("projects/", include("projects.urls")),
    path("funding/", include("funding.urls")),
    path("investment/", include("investment.urls")),
    path("v/<str:token>/", verify, name="verify"),
    path("dispatch/", include("dispatch.urls")),
]
