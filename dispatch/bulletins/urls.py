from django.urls import path

from dispatch.bulletins import views as bulletins

urlpatterns = [
    path("bulletins/", bulletins.index, name="bulletins"),
    path("bulletins/draft/", bulletins.draft, name="bulletin_draft"),
    path("bulletins/<int:pk>/", bulletins.page, name="bulletin"),
    path("bulletins/<int:pk>/block/<str:key>/", bulletins.edit, name="bulletin_edit"),
    path("bulletins/<int:pk>/block/<str:key>/restore/", bulletins.restore, name="bulletin_restore"),
    path("bulletins/<int:pk>/refresh/", bulletins.refresh, name="bulletin_refresh"),
    path("bulletins/<int:pk>/submit/", bulletins.submit, name="bulletin_submit"),
    path("bulletins/<int:pk>/sign/", bulletins.sign, name="bulletin_sign"),
    path("bulletins/<int:pk>/return/", bulletins.give_back, name="bulletin_return"),
    path("bulletins/<int:pk>/correct/", bulletins.correct, name="bulletin_correct"),
    path("bulletins/<int:pk>/withdraw/", bulletins.withdraw, name="bulletin_withdraw"),
    path("bulletins/<int:pk>/changes/", bulletins.changes, name="bulletin_changes"),
    path("bulletins/<int:pk>/pdf/", bulletins.pdf, name="bulletin_pdf"),
    path("bulletins/<int:pk>/files/<slug:suffix>/", bulletins.download, name="bulletin_file"),
]
