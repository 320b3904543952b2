from django.urls import path

from projects.approvals import views

urlpatterns = [path("approvals/", views.desk, name="approvals")]
