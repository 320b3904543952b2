from dispatch.bulletins import urls as bulletins
from dispatch.calendar import urls as calendar
from dispatch.campaigns import urls as campaigns
from dispatch.corrections import urls as corrections
from dispatch.daylists import urls as daylists
from dispatch.home import urls as home
from dispatch.instructions import urls as instructions
from dispatch.loop import urls as loop
from dispatch.numbers import urls as numbers
from dispatch.problems import urls as problems
from dispatch.readers import urls as readers
from dispatch.replies import urls as replies
from dispatch.rounds import urls as rounds
from dispatch.sheet import urls as sheet
from dispatch.slips import urls as slips
from dispatch.squads import urls as squads
from dispatch.standings import urls as standings

app_name = "dispatch"
urlpatterns = [
    *bulletins.urlpatterns,
    *calendar.urlpatterns,
    *campaigns.urlpatterns,
    *corrections.urlpatterns,
    *daylists.urlpatterns,
    *numbers.urlpatterns,
    *readers.urlpatterns,
    *replies.urlpatterns,
    *sheet.urlpatterns,
    *problems.urlpatterns,
    *instructions.urlpatterns,
    *loop.urlpatterns,
    *slips.urlpatterns,
    *squads.urlpatterns,
    *standings.urlpatterns,
    *rounds.urlpatterns,
    *home.urlpatterns,
]
