from django.urls import path

from projects.page import views

urlpatterns = [
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.show, name="page"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/plan/<int:year>/", views.plan, name="plan"),
    path("<int:pk>/approvals/", views.approval, name="approval"),
    path("<int:pk>/approvals/<int:approval_pk>/remove/", views.approval_remove, name="approval_remove"),
    path("<int:pk>/sponsors/", views.sponsors, name="sponsors"),
    path("<int:pk>/months/correct/", views.correct_months, name="correct_months"),
    path("<int:pk>/history/", views.history, name="history"),
]
