from django.urls import include, path

from dispatch.views.home import home
from organization import account_urls

urlpatterns = [
    path("", home, name="home"),
    *account_urls.urlpatterns,
    path("lists/", include("core.lists.urls")),
    path("organization/", include("organization.urls")),
    path("projects/", include("projects.urls")),
    path("funding/", include("funding.urls")),
    path("investment/", include("investment.urls")),
    path("dispatch/", include("dispatch.urls")),
]
