from django.urls import path

from core.lists.urls import paths
from projects.sponsorship import views
from projects.sponsorship.lists import GAPS

urlpatterns = [
    *paths(GAPS, "sponsorship/"),
    path("sponsorship/mine/", views.mine, name="sponsored"),
    path("sponsorship/reports/", views.reports, name="leader_reports"),
    path("sponsorship/reports/<key:pk>/<month:month>/", views.report, name="leader_report"),
    path("sponsorship/reports/<key:pk>/<month:month>/recall/", views.report_recall, name="leader_report_recall"),
    path("sponsorship/reports/<key:pk>/<month:month>/paper/", views.report_paper, name="leader_report_paper"),
    path("sponsorship/reports/<key:pk>/<month:month>/file/", views.report_file, name="leader_report_file"),
    path("sponsorship/visits/<key:pk>/withdraw/", views.visit_withdraw, name="visit_withdraw"),
    path("sponsorship/visits/<key:pk>/photos/<key:photo_pk>/", views.visit_photo, name="visit_photo"),
    path("sponsorship/members/<key:pk>/end/", views.member_end, name="member_end"),
    path("<key:pk>/sponsorship/", views.of_project, name="project_sponsorship"),
    path("<key:pk>/sponsorship/visit/", views.visit_new, name="visit_new"),
    path("<key:pk>/sponsorship/team/", views.member_new, name="member_new"),
]
