from django.urls import path

from dispatch.replies import views

urlpatterns = [
    path("bulletins/<key:pk>/replies/", views.of_bulletin, name="bulletin_replies"),
    path("bulletins/<key:pk>/replies/ask/", views.ask, name="bulletin_ask"),
    path("replies/<key:pk>/", views.page, name="reply"),
    path("replies/<key:pk>/file/", views.file, name="reply_file"),
    path("replies/<key:pk>/<slug:action>/", views.act, name="reply_act"),
]
