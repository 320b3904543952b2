from django.urls import path

from organization.handovers import views

urlpatterns = [
    path("people/<int:pk>/", views.post, name="post"),
    path("people/<int:pk>/change/<slug:kind>/", views.change, name="post_change"),
    path("people/planned/<int:pk>/withdraw/", views.withdraw, name="post_withdraw"),
]
