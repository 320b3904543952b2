from django.urls import path

from core.lists.urls import paths
from dispatch.outbox_list import OUTBOX
from dispatch.views import notices

urlpatterns = [
    path("notices/", notices.mine, name="notices"),
    path("notices/read/", notices.read_all, name="notices_read"),
    path("notices/<int:pk>/", notices.follow, name="notice"),
    path("jobs/", notices.jobs_page, name="jobs"),
    *paths(OUTBOX, "outbox/"),
    path("outbox/<int:pk>/again/", notices.again, name="send_again"),
]
