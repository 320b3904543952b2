"""The demonstration county says what came to a halt in it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from core.flow.gates import Gate
from core.habits import Tries
from core.refusals import Closed, NotAllowed
from projects.choices import Stage
from projects.lifecycle import gates


def test_a_step_that_nobody_could_make_is_known_with_what_stopped_it():
    tries, gate = Tries(), Gate("map", Stage.STARTED, "There is no map", lambda p: False)
    for refusal in (Closed([gate]), NotAllowed("Not you"), None):
        for step in ("start", "entry") if refusal else ("entry",):
            with tries.step(step):
                if refusal:
                    raise refusal
    assert tries.never() == {"start": {"There is no map": 1, "Not you": 1}}


@pytest.mark.django_db
def test_a_gate_that_closes_everything_is_named_at_the_end(monkeypatch):
    gate = Gate("map", Stage.STARTED, "There is no map", lambda p: False)
    monkeypatch.setitem(vars(gates.LADDER), "gates", (*gates.GATES, gate))
    with pytest.raises(CommandError, match=r"There is no map \(\d+\)"):
        call_command("simulate", profile="huinan", start=date(2026, 3, 1), end=date(2026, 4, 1), projects=10)
