from django.urls import path

from dispatch.home import views as home

urlpatterns = [
    path("reds/", home.reds, name="reds"),
    path("since/", home.since, name="since"),
    path("since/seen/", home.seen, name="since_seen"),
    path("brief/", home.briefs, name="briefs"),
    path("brief/<key:pk>/", home.brief, name="brief"),
]
