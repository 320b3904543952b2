from django.urls import path

from organization.handovers import views

urlpatterns = [
    path("people/<key:pk>/", views.post, name="post"),
    path("people/<key:pk>/change/<slug:kind>/", views.change, name="post_change"),
    path("people/planned/<key:pk>/withdraw/", views.withdraw, name="post_withdraw"),
]
