from django.urls import path

from core.lists.urls import paths
from dispatch.rounds import views as rounds
from dispatch.rounds.lists import ROUNDS
from dispatch.rounds.picture import views as pictures
from dispatch.rounds.rows import views as rows

urlpatterns = [
    *paths(ROUNDS, "rounds/"),
    path("rounds/<key:pk>/", rounds.page, name="round"),
    path("rounds/of/<month:month>/", rounds.of_month, name="round_of_month"),
    path("rounds/<key:pk>/chase/", rounds.chase, name="round_chase"),
    path("rounds/<key:pk>/rows/", rows.settle_rows, name="round_rows"),
    path("rounds/<key:pk>/more-days/", rows.ask, name="round_ask"),
    path("rounds/<key:pk>/more-days/<key:extension>/", rows.answer, name="round_more_days"),
    path("rounds/<key:pk>/picture/", pictures.picture, name="round_picture"),
    path("rounds/<key:pk>/picture/file/", pictures.download, name="round_picture_file"),
    path("rounds/<key:pk>/close/", rounds.close, name="round_close"),
    path("rounds/<key:pk>/leave-out/", rounds.leave_out, name="round_leave_out"),
    path("rounds/<key:pk>/enter/", rounds.enter, name="round_enter"),
    path("rounds/outside/<month:month>/", rounds.outside_of, name="rounds_outside"),
    path("projects/<key:pk>/rounds/", rounds.of_project, name="project_rounds"),
    path("week/", rounds.this_week, name="this_week"),
    path("week/<week:period>/", rounds.week, name="week"),
]
