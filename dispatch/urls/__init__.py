from dispatch.urls import bulletins, notices, problems, rankings, rounds

app_name = "dispatch"
urlpatterns = [
    *bulletins.urlpatterns,
    *notices.urlpatterns,
    *problems.urlpatterns,
    *rankings.urlpatterns,
    *rounds.urlpatterns,
]
