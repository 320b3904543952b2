"""A record that moves through gates, as small as can be: its table, its gates, its words. Thrown away after a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.db import connection, models
from simple_history.models import HistoricalRecords

from core.flow.gates import Gate
from core.flow.ladder import Ladder
from core.flow.models import Change, Record
from core.flow.way import Way, Words


def declare() -> SimpleNamespace:
    """All that a kind of record has to say."""

    class Stage(models.TextChoices):
        PLANNED = "planned", "筹备"
        GONE = "gone", "出行"
        BACK = "back", "归来"

    class State(models.TextChoices):
        ACTIVE = "active", "进行"
        OFF = "off", "取消"

    class Trip(Record):
        place = models.CharField(max_length=60, blank=True)
        host = models.CharField(max_length=60, blank=True)
        gone_on = models.DateField(null=True)  # type: ignore[misc]  # None is not looked for in tests
        stage = models.CharField(max_length=10, choices=Stage, default=Stage.PLANNED)
        state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
        state_reason = models.CharField(max_length=300, blank=True)
        history = HistoricalRecords()

        class Meta:
            app_label = "core"

    class TripStep(Change):
        trip = models.ForeignKey(Trip, models.CASCADE, related_name="steps")

        class Meta(Change.Meta):
            app_label = "core"

    way = Way(
        Ladder(
            order=tuple(Stage),
            gates=(
                Gate("place", Stage.GONE, "没有目的地", lambda trip: bool(trip.place), field="place"),
                Gate("host", Stage.GONE, "没有接待方", lambda trip: bool(trip.host), field="host", waivable=True),
                Gate("gone_on", Stage.GONE, "没有日期", lambda trip: trip.gone_on is not None, field="gone_on"),
            ),
            day_of={Stage.GONE: "gone_on"},
        ),
        Words(aside="已经“%(state)s”", step="不能从“%(old)s”到“%(new)s”", back="“%(new)s”不在“%(old)s”之前"),
        impossible=lambda trip: {"place": "不出县"} if trip.place == "本县" else {},
        days=("gone_on",),
    )
    return SimpleNamespace(Trip=Trip, way=way, tables=(Trip, Trip.history.model, TripStep))


@contextmanager
def on_file() -> Iterator[Any]:
    """The record with its tables, until the end of the test."""
    kind = declare()
    try:
        with connection.schema_editor() as editor:
            for model in kind.tables:
                editor.create_model(model)
        yield kind
    finally:
        with connection.schema_editor() as editor:
            for model in reversed(kind.tables):
                editor.delete_model(model)
        for model in kind.tables:
            del apps.all_models["core"][model._meta.model_name]
        apps.clear_cache()
