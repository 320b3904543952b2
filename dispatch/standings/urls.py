from django.urls import path

from dispatch.standings import views as rankings

urlpatterns = [
    path("rankings/", rankings.newest, name="rankings"),
    path("rankings/<str:period>/", rankings.ranking, name="ranking"),
    path("rankings/<str:period>/export/", rankings.export, name="ranking_export"),
    path("rankings/<str:period>/trend/", rankings.trend, name="ranking_trend"),
    path("rankings/<str:period>/publish/", rankings.publish, name="ranking_publish"),
    path("rankings/<str:period>/withdraw/", rankings.withdraw, name="ranking_withdraw"),
    path("rankings/<str:period>/correct/", rankings.correct, name="ranking_correct"),
]
