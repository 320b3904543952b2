"""A new kind of record that moves through gates is its table, its gates, its words (`trip.py`): the rest is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from core.flow import page
from core.flow import services as flow
from core.flow.models import changes_of
from core.refusals import Closed, NeedsReason, NotAllowed, Refused, Stale, Wrong
from organization.people.models import User
from organization.permissions import YES, Answer
from tests.support.factories import NOW
from tests.support.trip import on_file

ON, TOMORROW = date(2026, 6, 1), date(2026, 6, 11)
NO = Answer(False, "不是你的事")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kind(transactional_db: None) -> Iterator[Any]:
    with on_file() as found:
        yield found


def test_it_moves_through_its_gates_with_locks_versions_exceptions_reasons_and_history(kind: Any) -> None:
    by = User.objects.create(username="office", name="综合岗")
    told: dict[str, Any] = {"by": by, "now": NOW, "may": lambda trip: YES}
    trip = flow.create(kind.Trip(), kind.way, by=by, now=NOW)
    refusals: list[tuple[type[Refused], Callable[[], Any]]] = [
        (Wrong, lambda: flow.create(kind.Trip(place="本县"), kind.way, by=by, now=NOW)),
        (Wrong, lambda: flow.edit(trip, kind.way, {"gone_on": TOMORROW}, **told)),
        (Stale, lambda: flow.edit(trip, kind.way, {"place": "杭州"}, **told, version=2)),
        (NotAllowed, lambda: flow.edit(trip, kind.way, {"place": "杭州"}, by=by, now=NOW, may=lambda trip: NO)),
        (Closed, lambda: flow.advance(trip, kind.way, to="gone", on=ON, **told)),
        (NotAllowed, lambda: flow.advance(trip, kind.way, to="back", on=ON, **told)),
        (Wrong, lambda: flow.advance(trip, kind.way, to="gone", on=TOMORROW, **told)),
        (Stale, lambda: flow.advance(trip, kind.way, to="gone", on=ON, expect="gone", **told)),
        (NeedsReason, lambda: waive(reason=" ")),
        (NotAllowed, lambda: waive(waive=["place"])),
        (NotAllowed, lambda: waive(waive=["none"])),
        (NotAllowed, lambda: waive(may_waive=lambda trip: NO)),
        (NotAllowed, lambda: waive(may_waive=None)),
        (NotAllowed, lambda: flow.send_back(trip, kind.way, to="back", on=ON, reason="误", **told)),
        (NeedsReason, lambda: flow.put_aside(trip, kind.way, "off", on=ON, reason="", **told)),
    ]

    def waive(**more: Any) -> Any:
        given: dict[str, Any] = {"waive": ["host"], "reason": "对方后补", "may_waive": lambda trip: YES} | more
        return flow.advance(trip, kind.way, to="gone", on=ON, **told, **given)

    for expected, act in refusals:
        with pytest.raises(expected):
            act()
    assert (kind.Trip.objects.get().version, changes_of(trip).count()) == (1, 1)  # nothing was written

    trip = flow.edit(trip, kind.way, {"place": "杭州"}, **told, version=1)
    assert [gate.code for gate in kind.way.ladder.to_mend(trip)] == ["host"]
    trip, step = waive(version=2, expect="planned")
    assert (trip.stage, trip.gone_on, trip.version) == ("gone", ON, 3)
    assert (step.old, step.new, step.on, step.by, step.waived) == ("planned", "gone", ON, by, ["host"])
    assert step.gates == [{"code": code, "met": code != "host"} for code in ("place", "host", "gone_on")]
    with pytest.raises(Wrong):
        flow.edit(trip, kind.way, {"place": ""}, **told)  # what the stage needs isn't emptied
    trip, _step = flow.put_aside(trip, kind.way, "off", on=ON, reason="疫情", **told)
    with pytest.raises(NotAllowed, match="取消"):
        flow.advance(trip, kind.way, to="back", on=ON, **told)
    trip, _step = flow.resume(trip, kind.way, on=ON, **told)
    trip, again = flow.resume(trip, kind.way, on=ON, **told)
    assert (trip.state, trip.state_reason, again) == ("active", "", None)
    trip, _step = flow.send_back(trip, kind.way, to="planned", on=ON, reason="改期", **told)
    kinds = list(changes_of(trip).order_by("pk").values_list("kind", "new", "state", "reason"))
    assert kinds == [
        ("created", "planned", "active", ""),
        ("advanced", "gone", "active", "对方后补"),
        ("off", "gone", "off", "疫情"),
        ("resumed", "gone", "active", ""),
        ("sent_back", "planned", "active", "改期"),
    ]
    why = list(trip.history.order_by("history_id").values_list("version", "history_change_reason"))
    assert why == [(1, ""), (2, ""), (3, "对方后补"), (4, "疫情"), (5, ""), (6, "改期")]
    assert {row.history_user for row in trip.history.all()} == {by}


def test_its_page_says_what_still_blocks_it_and_where_it_stands(kind: Any) -> None:
    trip = flow.create(kind.Trip(place="杭州"), kind.way, by=None, now=NOW)
    shown = page.way_of(trip, kind.way, may=YES, edit_url="/trips/1/edit/", action="填写", form=None)
    assert [(block.gate.code, block.href, block.colour) for block in shown["blocks"]] == [
        ("host", "/trips/1/edit/#id_host", "amber")
    ]
    assert (shown["next"], shown["active"]) == ("gone", True)
    assert ([str(name) for name in shown["asks"]], shown["to_go"]) == (["gone on"], 2), "its step will ask the day"
    assert [(stage["name"], stage["state"]) for stage in page.stages(trip, kind.way.ladder, ON)] == [
        ("筹备", "now"), ("出行", "next"), ("归来", "far"),
    ]  # fmt: skip
