from django.urls import path

from organization.accounts import views

urlpatterns = [
    path("people/accounts/", views.open_accounts, name="open_accounts"),
    path("people/accounts/<key:pk>/", views.account_slips, name="account_slips"),
    path("people/accounts/<key:pk>/slips.pdf", views.account_slips_file, name="account_slips_file"),
]
