from django.urls import path

from dispatch.sheet import views

urlpatterns = [
    path("bulletins/<key:pk>/sheet/", views.signing_sheet, name="bulletin_sheet"),
    path("bulletins/<key:pk>/sheet/file/", views.download, name="bulletin_sheet_file"),
]
