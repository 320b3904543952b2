from django.urls import path

from dispatch.standings import views as rankings

urlpatterns = [
    path("rankings/", rankings.newest, name="rankings"),
    path("rankings/<period:period>/", rankings.ranking, name="ranking"),
    path("rankings/<period:period>/export/", rankings.export, name="ranking_export"),
    path("rankings/<period:period>/trend/", rankings.trend, name="ranking_trend"),
    path("rankings/<period:period>/publish/", rankings.publish, name="ranking_publish"),
    path("rankings/<period:period>/withdraw/", rankings.withdraw, name="ranking_withdraw"),
    path("rankings/<period:period>/correct/", rankings.correct, name="ranking_correct"),
]
