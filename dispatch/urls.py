from dispatch.bulletins import urls as bulletins
from dispatch.home import urls as home
from dispatch.instructions import urls as instructions
from dispatch.problems import urls as problems
from dispatch.rounds import urls as rounds
from dispatch.standings import urls as standings

app_name = "dispatch"
urlpatterns = [
    *bulletins.urlpatterns,
    *problems.urlpatterns,
    *instructions.urlpatterns,
    *standings.urlpatterns,
    *rounds.urlpatterns,
    *home.urlpatterns,
]
