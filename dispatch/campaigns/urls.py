from django.urls import path

from core.lists.urls import paths
from dispatch.campaigns import views
from dispatch.campaigns.lists import CAMPAIGNS, TASKS

urlpatterns = [
    *paths(CAMPAIGNS, "campaigns/"),
    *paths(TASKS, "campaigns/tasks/"),
    path("campaigns/ours/", views.ours, name="campaign_ours"),
    path("campaigns/new/", views.new, name="campaign_new"),
    path("campaigns/<key:pk>/", views.page, name="campaign"),
    path("campaigns/<key:pk>/change/", views.change, name="campaign_change"),
    path("campaigns/<key:pk>/end/", views.end, name="campaign_end"),
    path("campaigns/<key:pk>/give/", views.give, name="campaign_give"),
    path("campaigns/<key:pk>/table/", views.table, name="campaign_table"),
    path("campaigns/<key:pk>/sheet/<key:unit>/", views.sheet, name="campaign_sheet"),
    path("campaigns/<key:pk>/sheet/<key:unit>/file/", views.sheet_file, name="campaign_sheet_file"),
    path("campaigns/tasks/<key:pk>/", views.task, name="campaign_task"),
    path("campaigns/tasks/<key:pk>/split/", views.split, name="campaign_split"),
    path("campaigns/tasks/<key:pk>/<slug:action>/", views.act, name="campaign_act"),
    path("projects/<key:pk>/campaigns/", views.of_project, name="project_campaigns"),
    path("squads/<key:pk>/campaigns/", views.of_squad, name="squad_campaigns"),
]
