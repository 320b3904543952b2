"""Rows of the log are sealed in order; whatever becomes of a row or a seal afterwards is said, and where."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.db.models import QuerySet

from core.noted import note
from organization.audit import services
from organization.audit.chain import SEALED, Break, breaks, digest_of_seal
from organization.audit.models import AuditEntry, AuditSeal, AuditWaiting, Unchangeable
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db
TERM = timedelta(days=184)
LATER = NOW + timedelta(days=1)


def acts(many: int, now: datetime = NOW) -> None:
    for n in range(many):
        note("file_given", by=None, now=now + timedelta(seconds=n), words=f"台账{n}.xlsx", detail={"n": n})


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Nine rows in seals 1, 2 and 3 of three each, and one that no seal has yet; the keys of the nine."""
    monkeypatch.setattr(services, "PER_SEAL", 3)
    acts(9)
    assert services.seal(now=NOW) == 9
    acts(1)
    services.append()
    return list(AuditEntry.objects.order_by("pk").values_list("pk", flat=True))[:9]


def raw(model: type[models.Model]) -> QuerySet[Any]:
    """The rows as who holds the database has them, without what the models forbid."""
    return QuerySet(model)


def changed(model: type[models.Model], **which: Any) -> Callable[..., None]:
    def act(**values: Any) -> None:
        assert raw(model).filter(**which).update(**values) == 1

    return act


def put_in(rows: list[int]) -> None:
    """A row in a gap of the keys, as a sequence leaves them: here that of a row that was never there."""
    seal = AuditSeal.objects.get(number=2)
    gone(AuditEntry, pk=rows[3])
    seal.rows = seal.rows[1:]
    chain_anew(seal)
    AuditEntry.objects.bulk_create([AuditEntry(pk=rows[3], moment=NOW, kind="signed_in")])


def chain_anew(seal: AuditSeal) -> None:
    """*seal* as it stands, and all seals after it made to fit: what somebody does who knows how."""
    digest = digest_of_seal(seal)
    raw(AuditSeal).filter(pk=seal.pk).update(rows=seal.rows, last=seal.last, before=seal.before, digest=digest)
    after = AuditSeal.objects.filter(number=seal.number + 1).first()
    if after:
        after.before = digest
        chain_anew(after)


def gone(model: type[models.Model], **which: Any) -> None:
    assert raw(model).filter(**which)._raw_delete("default") == 1


def alter_seal(rows: list[int]) -> None:
    seal = AuditSeal.objects.get(number=2)
    raw(AuditSeal).filter(pk=seal.pk).update(rows=seal.rows[:2])


def replace_seal(rows: list[int]) -> None:
    """The row is changed and its seal made anew, but not the ones after it."""
    raw(AuditEntry).filter(pk=rows[4]).update(words="别的.xlsx")
    seal = AuditSeal.objects.get(number=2)
    seal.rows = [[pk, "0" * 64 if pk == rows[4] else digest] for pk, digest in seal.rows]
    raw(AuditSeal).filter(pk=seal.pk).update(rows=seal.rows, digest=digest_of_seal(seal))


def chain_of_another(rows: list[int]) -> None:
    """The row is gone, and the whole chain from there on fits: only what was noted elsewhere tells."""
    gone(AuditEntry, pk=rows[4])
    seal = AuditSeal.objects.get(number=2)
    seal.rows = [pair for pair in seal.rows if pair[0] != rows[4]]
    chain_anew(seal)


BREAKS: dict[str, tuple[Callable[[list[int]], Any], Callable[[list[int]], list[Break]]]] = {
    "nothing happened": (lambda rows: None, lambda rows: []),
    "the words of a row": (
        lambda rows: changed(AuditEntry, pk=rows[4])(words="别的.xlsx"),
        lambda rows: [Break("row_changed", 2, (rows[4],))],
    ),
    "the moment of a row": (
        lambda rows: changed(AuditEntry, pk=rows[0])(moment=NOW + timedelta(microseconds=1)),
        lambda rows: [Break("row_changed", 1, (rows[0],))],
    ),
    "the details of a row": (
        lambda rows: changed(AuditEntry, pk=rows[8])(detail={"n": "8"}),
        lambda rows: [Break("row_changed", 3, (rows[8],))],
    ),
    "a row is gone": (
        lambda rows: gone(AuditEntry, pk=rows[5]),
        lambda rows: [Break("row_gone", 2, (rows[5],))],
    ),
    "all rows of a seal are gone before their term": (
        lambda rows: [gone(AuditEntry, pk=pk) for pk in rows[:3]],
        lambda rows: [Break("row_gone", 1, tuple(rows[:3]))],
    ),
    "a row was put in between": (put_in, lambda rows: [Break("row_added", 2, (rows[3],))]),
    "a seal": (alter_seal, lambda rows: [Break("seal_changed", 2)]),
    "the day of a seal": (
        lambda rows: changed(AuditSeal, number=3)(made_at=NOW - timedelta(days=400)),
        lambda rows: [Break("seal_changed", 3)],
    ),
    "a seal is gone": (lambda rows: gone(AuditSeal, number=2), lambda rows: [Break("seal_gone", 2)]),
    "a seal was made anew": (
        replace_seal,
        lambda rows: [Break("row_changed", 2, (rows[4],)), Break("seal_replaced", 2)],
    ),
}


@pytest.mark.parametrize("case", BREAKS)
def test_the_check_says_where_the_chain_breaks(case: str, sealed: list[int]) -> None:
    tamper, expected = BREAKS[case]
    tamper(sealed)
    assert list(breaks(now=LATER, term=TERM)) == expected(sealed)


def test_a_chain_made_anew_is_known_by_a_seal_that_was_noted_elsewhere(sealed: list[int]) -> None:
    noted = {3: AuditSeal.objects.get(number=3).digest[:16]}
    assert not list(breaks(now=LATER, term=TERM, known=noted))
    chain_of_another(sealed)
    assert not list(breaks(now=LATER, term=TERM))
    assert list(breaks(now=LATER, term=TERM, known=noted)) == [Break("seal_replaced", 3)]
    gone(AuditSeal, number=3)
    assert list(breaks(now=LATER, term=TERM, known=noted)) == [Break("seal_gone", 3)]


def test_what_is_tidied_after_its_term_leaves_its_seal(sealed: list[int], settings: Any) -> None:
    settings.AUDIT_DAYS = 184
    assert services.tidy(now=NOW + TERM - timedelta(seconds=1)) == 0
    assert services.tidy(now=NOW + TERM) == 9
    assert AuditEntry.objects.count() == 1, "what no seal has yet stays"
    assert AuditSeal.objects.count() == 4
    assert not list(breaks(now=NOW + TERM, term=TERM))
    assert [one.kind for one in breaks(now=NOW + TERM - timedelta(seconds=1), term=TERM)] == ["row_gone"] * 3
    assert services.seal(now=NOW + TERM) == 1
    assert services.tidy(now=NOW + TERM) == 0


def test_doing_it_again_does_nothing(sealed: list[int]) -> None:
    assert services.seal(now=LATER) == 1
    before = list(AuditSeal.objects.order_by("pk").values())
    assert (services.append(), services.seal(now=LATER)) == (0, 0)
    assert list(AuditSeal.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("model", [AuditEntry, AuditSeal])
def test_nothing_of_the_log_is_written_twice(model: Any, sealed: list[int]) -> None:
    row = model.objects.order_by("pk").last()
    for act in (row.save, row.delete, model.objects.all().delete, lambda: model.objects.update(pk=0)):
        with pytest.raises(Unchangeable):
            act()
    assert not hasattr(model, "history")


def test_every_field_of_a_row_is_sealed() -> None:
    assert set(SEALED) == {field.attname for field in AuditEntry._meta.concrete_fields}


def test_the_command_ends_with_1_and_says_it_in_words(sealed: list[int]) -> None:
    said = StringIO()
    call_command("audit", "--check", stdout=said)
    newest = AuditSeal.objects.get(number=3)
    assert f"3:{newest.digest}" in said.getvalue()
    changed(AuditEntry, pk=sealed[4])(account="fumin01")
    with pytest.raises(CommandError) as refused:
        call_command("audit", "--check", "--known", f"3:{'0' * 12}")
    assert refused.value.returncode == 1
    assert str(sealed[4]) in str(refused.value)
    assert len(str(refused.value).splitlines()) == 2


def test_a_restore_is_the_first_thing_that_the_log_says_after_it(sealed: list[int], county: Any) -> None:
    services.restored(now=LATER, archive="县-2026-06-10.bak", made_at=NOW)
    last = AuditEntry.objects.order_by("-pk")[0]
    assert (last.kind, last.words, last.county, last.moment) == ("restored", "县-2026-06-10.bak", county.pk, LATER)
    assert last.detail == {"archive_of": NOW.isoformat()}


def test_what_waits_is_moved_once_and_in_its_order() -> None:
    acts(3)
    assert (AuditWaiting.objects.count(), AuditEntry.objects.count()) == (3, 0)
    assert services.append() == 3
    assert (AuditWaiting.objects.count(), [row.detail["n"] for row in AuditEntry.objects.order_by("pk")]) == (
        0,
        [0, 1, 2],
    )


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one connection only")
@pytest.mark.django_db(transaction=True)
def test_rows_are_seen_in_the_order_of_their_keys_whoever_is_slow() -> None:
    """Two requests at once: the second one's rows wait until the first one's are there, or a seal would miss them."""
    from threading import Thread

    from django.db import connections, transaction

    seen: list[int] = []
    acts(1)

    def second() -> None:
        acts(1)
        services.append()
        seen.append(AuditEntry.objects.count())
        connections.close_all()

    with transaction.atomic():
        services.append()
        other = Thread(target=second)
        other.start()
        other.join(1)
        assert other.is_alive(), "it doesn't wait"
    other.join(20)
    assert seen == [2]
