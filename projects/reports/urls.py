from django.urls import path

from projects.reports import review_views as reviews
from projects.reports import views as reports

urlpatterns = [
    path("reports/", reports.current, name="reports"),
    path("reports/<month>/", reports.grid, name="grid"),
    path("reports/<month>/table/", reports.table, name="grid_table"),
    path("<int:pk>/reports/<month>/", reports.report, name="report"),
    path("<int:pk>/reports/<month>/return/", reviews.give_back, name="report_return"),
    path("<int:pk>/reports/<month>/accept/", reviews.accept, name="report_accept"),
    path("<int:pk>/reports/<month>/approve/", reviews.approve, name="report_approve"),
    path("review/", reviews.current, name="review"),
    path("review/<month>/", reviews.review, name="review"),
    path("review/<month>/close/", reviews.close, name="month_close"),
    path("review/<month>/reopen/", reviews.reopen, name="month_reopen"),
]
