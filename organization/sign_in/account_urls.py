"""Signing in and out; at the root, under the names that Django's own views look for."""

from django.contrib.auth import views
from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from organization.sign_in.views import ChangePassword, SignIn, account, code, second_factor

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="login"),
    path("sign-in/code/", code, name="sign_in_code"),
    path("sign-out/", views.LogoutView.as_view(), name="logout"),
    path("account/", account, name="account"),
    path("account/second-factor/", second_factor, name="second_factor"),
    path("password/", ChangePassword.as_view(), name="password_change"),
    path("password/done/", views.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("language/", login_not_required(set_language), name="set_language"),
]
