from django.urls import path

from projects.reports import views as reports
from projects.reports.workbook.views import table

urlpatterns = [
    path("reports/", reports.current, name="reports"),
    path("reports/<month:month>/", reports.grid, name="grid"),
    path("reports/<month:month>/table/", table, name="grid_table"),
    path("<key:pk>/reports/<month:month>/", reports.report, name="report"),
]
