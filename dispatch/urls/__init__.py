from dispatch.urls import bulletins
from dispatch.urls import notices
from dispatch.urls import problems
from dispatch.urls import rankings
from dispatch.urls import rounds

app_name = "dispatch"
urlpatterns = [
    *bulletins.urlpatterns,
    *notices.urlpatterns,
    *problems.urlpatterns,
    *rankings.urlpatterns,
    *rounds.urlpatterns,
]
