from django.urls import path

from projects.page import views

urlpatterns = [
    path("new/", views.new, name="new"),
    path("<key:pk>/", views.show, name="page"),
    path("<key:pk>/edit/", views.edit, name="edit"),
    path("<key:pk>/plan/<year:year>/", views.plan, name="plan"),
    path("<key:pk>/approvals/", views.approval, name="approval"),
    path("<key:pk>/approvals/<key:approval_pk>/remove/", views.approval_remove, name="approval_remove"),
    path("<key:pk>/sponsors/", views.sponsors, name="sponsors"),
    path("<key:pk>/months/correct/", views.correct_months, name="correct_months"),
    path("<key:pk>/history/", views.history, name="history"),
]
