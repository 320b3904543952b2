from django.urls import path

from core.lists.urls import paths
from projects.approvals import views
from projects.approvals.lists import ITEMS

urlpatterns = [
    *paths(ITEMS, "approvals/"),
    path("approvals/work/", views.work, name="approvals_work"),
    path("approvals/rates/", views.rates, name="approvals_rates"),
    path("approvals/guide/", views.guide, name="approvals_guide"),
    path("approvals/item/<key:pk>/", views.item, name="approval_item"),
    path("approvals/item/<key:pk>/<slug:action>/", views.act, name="approval_act"),
    path("<key:pk>/checklist/", views.checklist, name="checklist"),
    path("<key:pk>/checklist/draw/", views.draw_up, name="checklist_draw"),
    path("<key:pk>/checklist/add/", views.add, name="checklist_add"),
]
