from django.urls import path

from dispatch.loop import views as loop

urlpatterns = [
    path("loop/", loop.page, name="loop"),
    path("loop/export/", loop.export, name="loop_export"),
]
