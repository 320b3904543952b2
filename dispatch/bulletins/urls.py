from django.urls import path

from dispatch.bulletins import views as bulletins
from dispatch.bulletins.editor import views as editor

urlpatterns = [
    path("bulletins/", bulletins.index, name="bulletins"),
    path("bulletins/draft/", bulletins.draft, name="bulletin_draft"),
    path("bulletins/<key:pk>/", bulletins.page, name="bulletin"),
    path("bulletins/<key:pk>/block/<str:key>/", bulletins.edit, name="bulletin_edit"),
    path("bulletins/<key:pk>/block/<str:key>/restore/", bulletins.restore, name="bulletin_restore"),
    path("bulletins/<key:pk>/refresh/", bulletins.refresh, name="bulletin_refresh"),
    path("bulletins/<key:pk>/submit/", bulletins.submit, name="bulletin_submit"),
    path("bulletins/<key:pk>/recall/", bulletins.recall, name="bulletin_recall"),
    path("bulletins/<key:pk>/redirect/", bulletins.redirect, name="bulletin_redirect"),
    path("bulletins/<key:pk>/sign/", bulletins.sign, name="bulletin_sign"),
    path("bulletins/<key:pk>/return/", bulletins.give_back, name="bulletin_return"),
    path("bulletins/<key:pk>/delete/", bulletins.delete, name="bulletin_delete"),
    path("bulletins/<key:pk>/withdraw/", bulletins.withdraw, name="bulletin_withdraw"),
    path("bulletins/<key:pk>/changes/", editor.changes, name="bulletin_changes"),
    path("bulletins/<key:pk>/pages/", editor.pages, name="bulletin_pages"),
    path("bulletins/<key:pk>/pages/<slug:stamp>/<key:number>.png", editor.picture, name="bulletin_picture"),
    path("bulletins/<key:pk>/turn/", editor.keep_turn, name="bulletin_turn"),
    path("bulletins/<key:pk>/take-over/", editor.take_over, name="bulletin_take_over"),
    path("bulletins/<key:pk>/layout/", editor.reshape, name="bulletin_layout"),
    path("bulletins/<key:pk>/papers/<slug:suffix>/", bulletins.paper, name="bulletin_paper"),
    path("bulletins/<key:pk>/files/<slug:suffix>/", bulletins.download, name="bulletin_file"),
]
