from django.urls import include, path

from core.web.views import take_back
from dispatch.home.views import home
from organization.people import account_urls

urlpatterns = [
    path("", home, name="home"),
    *account_urls.urlpatterns,
    path("undo/<slug:key>/<key:pk>/", take_back, name="undo"),
    path("lists/", include("core.lists.urls")),
    path("organization/", include("organization.urls")),
    path("jobs/", include("jobs.urls")),
    path("outbox/", include("outbox.urls")),
    path("projects/", include("projects.urls")),
    path("funding/", include("funding.urls")),
    path("investment/", include("investment.urls")),
    path("dispatch/", include("dispatch.urls")),
]
