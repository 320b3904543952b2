from django.urls import path

from organization.absences import views

urlpatterns = [
    path("people/<key:pk>/away/", views.away, name="post_away"),
    path("people/away/<key:pk>/end/", views.end, name="away_end"),
]
