from django.urls import path

from projects.reports import views as reports

urlpatterns = [
    path("reports/", reports.current, name="reports"),
    path("reports/<month>/", reports.grid, name="grid"),
    path("reports/<month>/table/", reports.table, name="grid_table"),
    path("<int:pk>/reports/<month>/", reports.report, name="report"),
]
