"""The acts of the organization itself that the log keeps, and those of every page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.noted import Noted

NOTED = (
    Noted("signed_in", "sign_in", _("Signed in")),
    Noted("sign_in_refused", "sign_in", _("Sign-in refused")),
    Noted("locked", "sign_in", _("Account locked after wrong passwords")),
    Noted("signed_out", "sign_in", _("Signed out")),
    Noted("signed_out_everywhere", "sign_in", _("Signed out on all other devices")),
    Noted("page_refused", "sign_in", _("Page refused")),
    Noted("account_opened", "account", _("Account opened")),
    Noted("account_closed", "account", _("Account closed")),
    Noted("account_reopened", "account", _("Account opened again")),
    Noted("password_changed", "account", _("Password changed")),
    Noted("password_reset", "account", _("Password reset, account unlocked")),
    Noted("second_factor_set", "account", _("Second factor set up")),
    Noted("second_factor_reset", "account", _("Second factor reset")),
    Noted("post_given", "right", _("Post given")),
    Noted("post_taken", "right", _("Post taken")),
    Noted("post_changed", "right", _("Post changed")),
    Noted("unit_changed", "right", _("Unit changed")),
    Noted("file_given", "file", _("File given out")),
    Noted("profile_loaded", "setting", _("County profile loaded")),
    Noted("restored", "setting", _("Restored from a backup")),
)
