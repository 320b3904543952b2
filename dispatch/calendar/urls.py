from django.urls import path

from dispatch.calendar import views

urlpatterns = [
    path("calendar/", views.this_year, name="calendar_now"),
    path("calendar/<year:year>/", views.year, name="calendar"),
    path("calendar/<year:year>/days/", views.days, name="calendar_days"),
    path("calendar/<year:year>/days/back/", views.day_back, name="calendar_day_back"),
    path("calendar/acts/<key:pk>/", views.act, name="calendar_act"),
    path("calendar/acts/<key:pk>/done/", views.done, name="calendar_done"),
    path("calendar/address/", views.renew, name="calendar_renew"),
    path("calendar/<slug:token>.ics", views.file, name="calendar_file"),
]
