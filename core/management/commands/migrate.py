"""Django's own, which asks first whether the database is one that our migrations can continue."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from core import epoch


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        if not (options["plan"] or options["check_unapplied"]):
            try:
                epoch.ready(connections[options["database"]])
            except epoch.OfBefore as refusal:
                raise CommandError(str(refusal)) from refusal
        super().handle(*args, **options)
