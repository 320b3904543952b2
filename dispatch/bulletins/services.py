"""A bulletin from draft to frozen: drafted from the month's figures, edited by the office, signed, numbered."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, JSONField, Value
from django.db.models.functions import Cast
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import noted, progress
from core.days.periods import Period
from core.records.bulk import few_collections
from core.records.files import throw_away
from core.refusals import NeedsReason, NotAllowed, Refused, Stale, Wrong
from core.told import tell
from core.web.once import one_request
from dispatch.bulletins.editor import services as editing
from dispatch.bulletins.editor.models import Moment
from dispatch.bulletins.editor.sitting import Conflict, demand_turn
from dispatch.bulletins.editor.structure import printed, taken_anew, worded
from dispatch.bulletins.facts import facts_of, figures_now, without_facts
from dispatch.bulletins.files import forget_papers
from dispatch.bulletins.letter import (
    demand_fresh_figures,
    demand_period,
    demand_same_figures,
    full_text,
    letter,
    remark,
    sending_of,
    wording_of,
)
from dispatch.bulletins.links import linking
from dispatch.bulletins.models import Bulletin, BulletinEdit, Reading
from dispatch.bulletins.permissions import (
    can_bring_back,
    can_draft_bulletin,
    can_edit_bulletin,
    can_recall_bulletin,
    can_refresh_bulletin,
    can_sign_bulletin,
    can_withdraw_bulletin,
    signer_for,
    signer_name,
    signs_bulletins,
    signs_in_place_of,
)
from dispatch.numbers.sending import Sending
from dispatch.numbers.services import give_number
from dispatch.prose.blocks import Block, build, title_lines
from dispatch.prose.depends import ToSee, to_see
from dispatch.prose.exact import exactly
from dispatch.prose.hand import changed, reconcile, stay, staying
from dispatch.prose.wording import text_of
from dispatch.rounds.months import MonthState, demand_ready, month_state
from dispatch.standings.models import RankingSnapshot
from dispatch.standings.services import publish_figures, take_back
from organization.people.models import Post, User
from organization.permissions import Answer, can_sign
from organization.units.models import Unit


class Unseen(Refused):
    """It can't go to sign-off yet: `items` are what has to be seen first."""

    def __init__(self, items: list[ToSee]) -> None:
        self.items = items
        super().__init__(_("Not everything that has to be seen before sign-off is settled."))


# drafting -----------------------------------------------------------------------------------------------------------


@one_request()
def draft_bulletin(
    county: Unit,
    kind: str,
    period: Period,
    *,
    now: datetime,
    by: User | None = None,
    unfinished: str = "",
    serial: int = 1,
) -> Bulletin:
    """The bulletin of *period*, drafted from its figures if there is none yet; asking twice changes nothing. Of a kind
    that isn't once a period *serial* says which one (`next_serial`).

    Figures are those of the published ranking, else they are counted now and kept with the draft. `by` None is the
    system. A month that isn't finished or has no plan needs a reason, *unfinished*, which the draft carries in its
    head. Raises NotAllowed, Refused for a month to come, NeedsReason, NotDraftable, WordingError.
    """
    if by is not None:
        _demand(can_draft_bulletin(by, county))
    one: dict[str, Any] = {"county": county, "kind": kind, "period": str(period), "serial": serial, "corrects": None}
    there = Bulletin.objects.standing().filter(**one).first()
    if there is not None:
        return there
    wording = wording_of(county, kind)
    demand_period(county, wording, period)
    state = month_state(county, period, now=now)
    reason = demand_ready(state, unfinished)
    progress.step(1, 3, gettext_noop("counting the figures"))
    with few_collections():
        figures, ranking = figures_now(county, period, now, wording.get("list", ""))
        figures = {**figures, "facts": facts_of(county, period, figures, wording, state, now=now)}
    progress.step(2, 3, gettext_noop("writing the text"))
    name = county.short_name
    with translation.override(settings.LANGUAGE_CODE), few_collections():
        exact = exactly(figures, wording)
        blocks = build(exact, wording, county=name, link=linking(figures))
        title = "".join(title_lines(exact, wording, name))
    progress.step(3, 3, gettext_noop("keeping the draft"))
    # Megabytes, made text once. PostgreSQL copies what it has packed sooner than it packs it again; SQLite would write
    # the whole row anew for it.
    text, copies = Cast(Value(json.dumps(blocks)), JSONField()), connection.vendor == "postgresql"
    values = {"title": title, "year": period.year, "ranking": ranking, "figures": figures}
    values |= {"drafted_at": now, "unfinished": reason, "reports": state.counts()}
    values |= {"content": text, "draft": [] if copies else text}
    with transaction.atomic():
        bulletin, made = Bulletin.objects.standing().get_or_create(**one, defaults=values)
        if made:
            bulletin.content, bulletin.draft = blocks, blocks
        if made and copies:
            Bulletin.objects.filter(pk=bulletin.pk).update(draft=F("content"))
    return bulletin


@transaction.atomic
def refresh_bulletin(bulletin: Bulletin, *, by: User, now: datetime, version: int) -> Bulletin:
    """The newest figures go into the draft: generated text anew, edited text keeps its words.

    Raises NotAllowed, Stale.
    """
    row = _locked(bulletin, by, can_refresh_bulletin, version)
    demand_turn(row, by, now=now)
    editing.keep_moment(row, Moment.What.REFRESHED, by=by, now=now)
    period = Period.parse(row.period)
    wording, name = worded(wording_of(row.county, row.kind), row.shape), row.county.short_name
    state = _state(row, now)
    figures, ranking = figures_now(row.county, period, now, wording.get("list", ""))
    figures = {**figures, "facts": facts_of(row.county, period, figures, wording, state, now=now)}
    with translation.override(settings.LANGUAGE_CODE):
        fresh = build(figures, wording, county=name, link=linking(figures))
    _take_state(row, state, row.unfinished)
    row.figures, row.ranking, row.draft, row.drafted_at = figures, ranking, fresh, now
    row.content = taken_anew(fresh, row.content, row.shape)
    row.title = "".join(letter(row).title_lines)
    return _changed(row)


@transaction.atomic
def delete_draft(bulletin: Bulletin, *, by: User, now: datetime, version: int, reason: str = "") -> Bulletin:
    """The draft counts no more, the office still sees it; asked for, another is made. Raises NotAllowed, Stale."""
    row = _locked(bulletin, by, can_edit_bulletin, version)
    return _turn(row, Bulletin.Status.WITHDRAWN, BulletinEdit.Deed.DELETED, by, now, reason)


@transaction.atomic
def bring_back(bulletin: Bulletin, *, by: User, now: datetime, version: int, reason: str = "") -> Bulletin:
    """The deleted draft is a draft again. Raises NotAllowed, Stale, Refused where the month has another one."""
    row = _locked(bulletin, by, can_bring_back, version)
    others = Bulletin.objects.standing().filter(kind=row.kind, period=row.period, serial=row.serial, corrects=None)
    if row.corrects_id is None and others.filter(county=row.county).exists():
        raise Refused(_("The month has another bulletin meanwhile"))
    return _turn(row, Bulletin.Status.DRAFT, BulletinEdit.Deed.BROUGHT_BACK, by, now, reason)


def _turn(row: Bulletin, status: str, deed: str, by: User, now: datetime, reason: str) -> Bulletin:
    _did(row, deed, by, now, reason=reason)
    row.status, gone = status, status == Bulletin.Status.WITHDRAWN
    row.withdrawn_at, row.withdrawn_by = (now, by) if gone else (None, None)
    row.version += 1
    row.save(update_fields=["status", "withdrawn_at", "withdrawn_by", "version"])
    return row


# editing ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def edit_block(
    bulletin: Bulletin,
    key: str,
    text: str,
    *,
    by: User,
    now: datetime,
    version: int,
    reasons: Mapping[str, str] | None = None,
) -> Bulletin:
    """The office's own words for one block, one paragraph a line.

    *version* is that of the block the page showed; *reasons* say, by figure, why one changed by hand differs, or why
    one that hangs on it stays. A changed figure without a reason is kept and waits for one; what was proposed is taken
    as seen. Raises NotAllowed, Conflict.
    """
    row = _locked(bulletin, by, can_edit_bulletin)
    block = _block(row, key)
    demand_turn(row, by, now=now, theirs=text_of(block["paragraphs"]), mine=text)
    if block["version"] != version:
        raise Conflict(theirs=text_of(block["paragraphs"]), mine=text)
    system = _system(row, key)
    known = {run["key"]: run["reason"] for run in changed(block["paragraphs"])} | staying(block["paragraphs"])
    said = {**known, **{name: reason.strip()[:300] for name, reason in (reasons or {}).items()}}
    paragraphs = stay(reconcile(system, text, said), said)
    if paragraphs == block["paragraphs"] and not block.get("proposed"):
        return row
    _record(row, block, paragraphs, by, now)
    block |= {"paragraphs": paragraphs, "edited": paragraphs != system, "version": version + 1, "proposed": False}
    return _changed(row)


def put_back(bulletin: Bulletin, key: str, figure: str, *, by: User, now: datetime, version: int) -> Bulletin:
    """The figure changed by hand reads as the data again. Raises NotAllowed, Conflict."""
    paragraphs = _block(bulletin, key)["paragraphs"]
    back = [
        [{**run, "text": run["was"]} if "was" in run and run["key"] == figure else run for run in runs]
        for runs in paragraphs
    ]
    return edit_block(bulletin, key, text_of(back), by=by, now=now, version=version)


@transaction.atomic
def restore_block(bulletin: Bulletin, key: str, *, by: User, now: datetime, version: int) -> Bulletin:
    """The block as it was generated; what was written by hand stays in the list of changes.

    *version* is that of the block. Raises NotAllowed, Conflict.
    """
    row = _locked(bulletin, by, can_edit_bulletin)
    block, system = _block(row, key), _system(row, key)
    demand_turn(row, by, now=now, theirs=text_of(block["paragraphs"]), mine=text_of(system))
    if block["version"] != version:
        raise Conflict(theirs=text_of(block["paragraphs"]), mine=text_of(system))
    if block["paragraphs"] == system:
        return row
    _record(row, block, system, by, now)
    block |= {"paragraphs": system, "edited": False, "version": block["version"] + 1}
    return _changed(row)


def _record(row: Bulletin, block: Block, paragraphs: list[Any], by: User, now: datetime) -> None:
    said = [f"{run['was']} → {run['text']}: {run['reason']}" for run in changed(paragraphs) if run["reason"]]
    said += [f"{run['text']}: {run['stays']}" for runs in paragraphs for run in runs if run.get("stays")]
    BulletinEdit.objects.create(
        bulletin=row,
        block=block["key"],
        old=text_of(block["paragraphs"]),
        new=text_of(paragraphs),
        reason="; ".join(said)[:300],
        by=by,
        at=now,
    )


def _block(row: Bulletin, key: str) -> Block:
    content: list[Block] = row.content
    for block in content:
        if block["key"] == key and "paragraphs" in block:
            return block
    raise Refused(_("There is no section “%(key)s”.") % {"key": key})


def _system(row: Bulletin, key: str) -> list[Any]:
    return next((block["paragraphs"] for block in row.draft if block["key"] == key), [])


def _locked(
    bulletin: Bulletin, by: User, may: Any, version: int | None = None, now: datetime | None = None
) -> Bulletin:
    """The row as it stands, for who may: first whether one does such things at all, then whether it is what one saw,
    then whether it can be done with it; with *now* whether the right to sign doesn't rest."""
    rows = Bulletin.objects.select_for_update(of=("self",)).select_related("county", "signer__holder")
    row = rows.get(pk=bulletin.pk)
    _demand(
        (signs_bulletins if may in (can_sign_bulletin, can_withdraw_bulletin) else can_draft_bulletin)(by, row.county)
    )
    if version is not None and row.version != version:
        why = _("Meanwhile the bulletin was changed; it is “%(status)s” now. Nothing was done: read it as it stands.")
        raise Stale(row, why % {"status": row.get_status_display()})
    _demand(may(by, row, on=timezone.localdate(now)) if may is can_sign_bulletin else may(by, row))
    if now is not None:
        _demand(can_sign(by, now=now))
    return row


def _state(row: Bulletin, now: datetime) -> MonthState:
    return month_state(row.county, Period.parse(row.period), now=now)


def _take_state(row: Bulletin, state: MonthState, reason: str) -> None:
    """Keeps with *row* how far its month is; a month that became finished needs no reason any more."""
    row.reports, row.unfinished = state.counts(), "" if state.ready else reason


def _demand(answer: Answer) -> None:
    if not answer:
        raise NotAllowed(answer.why)


def _changed(row: Bulletin) -> Bulletin:
    """Saves *row*; papers of what it said before are thrown away."""
    old = forget_papers(row)
    row.version += 1
    row.save()
    for file in old:
        throw_away(file)
    return row


# sign-off -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def submit_bulletin(
    bulletin: Bulletin,
    *,
    by: User,
    now: datetime,
    version: int,
    signer: Post | None = None,
    unfinished: str = "",
    sending: Sending | None = None,
) -> Bulletin:
    """Send it to *signer* (the county's usual one, if none is named), who alone is told and may sign it. From here on
    its letter is kept with it; *sending* is what becomes of it outside (without: as the county's papers usually are).

    Of a month that isn't finished it asks for the reason again. Raises NotAllowed, Stale, NeedsReason, Unseen with all
    that has to be seen first, Wrong for a post that can't sign it.
    """
    row = _locked(bulletin, by, can_edit_bulletin, version)
    row.signer = signer_for(row, signer, by)
    if items := to_see(printed(row.content)):
        raise Unseen(items)
    if row.corrects_id is None:
        demand_same_figures(row)
        demand_fresh_figures(row, figures_now(row.county, Period.parse(row.period), now, row.listed)[0])
        _ask_again(row, unfinished, by, now)
    row.sending, row.letter = (sending or sending_of(row)).as_json(), {}
    row.letter = letter(row).as_json()
    row.title = "".join(row.letter["title_lines"])
    row.status, row.submitted_by, row.submitted_at = Bulletin.Status.SIGNING, by, now
    editing.keep_moment(row, Moment.What.SENT, by=by, now=now)
    _changed(row)
    _did(row, BulletinEdit.Deed.SUBMITTED, by, now, new=signer_name(row.signer))
    noted.note("bulletin_submitted", row, by=by, now=now)
    tell("bulletin_signing", row, by=by, now=now)
    tell("bulletin_deputy", row, by=by, now=now)
    return row


def _did(row: Bulletin, deed: str, by: User, now: datetime, *, reason: str = "", old: str = "", new: str = "") -> None:
    """Keeps in the bulletin's history what was done with the whole of it."""
    said = {"reason": reason.strip()[:300], "old": old, "new": new}
    BulletinEdit.objects.create(bulletin=row, block=deed, by=by, at=now, **said)


@transaction.atomic
def recall_bulletin(bulletin: Bulletin, *, by: User, now: datetime, version: int, reason: str = "") -> Bulletin:
    """Takes back what was sent and isn't signed: a draft again, and who was to sign reads that it was taken
    back. Raises NotAllowed, Stale."""
    row = _locked(bulletin, by, can_recall_bulletin, version)
    _did(row, BulletinEdit.Deed.RECALLED, by, now, reason=reason)
    row.letter, row.status = {}, Bulletin.Status.DRAFT
    row.submitted_by, row.submitted_at, row.signer = None, None, None
    _changed(row)
    noted.note("bulletin_recalled", row, by=by, now=now)
    return row


@transaction.atomic
def redirect_bulletin(
    bulletin: Bulletin, *, signer: Post, by: User, now: datetime, version: int, reason: str
) -> Bulletin:
    """Has another one sign what waits, such as when the first is away: the new one is told, the first reads whose it
    is. Neither who sent it nor who asks for this signs it. Raises NotAllowed, Stale, NeedsReason, Wrong."""
    row = _locked(bulletin, by, can_recall_bulletin, version)
    old, new = row.signer, signer_for(row, signer, row.submitted_by, by)
    if new == old:
        raise Wrong({"signer": _("It waits for %(who)s already.") % {"who": signer_name(new)}})
    if not reason.strip():
        raise NeedsReason(_("Write why somebody else signs it: the reason stands in its history"))
    names = {"old": signer_name(old) if old else "", "new": signer_name(new)}
    _did(row, BulletinEdit.Deed.REDIRECTED, by, now, reason=reason, **names)
    row.signer, row.version = new, row.version + 1
    row.save(update_fields=["signer", "version"])
    tell("bulletin_signing", row, by=by, now=now)
    tell("bulletin_deputy", row, by=by, now=now)
    noted.note("bulletin_redirected", row, by=by, now=now, detail={"to": names["new"], "reason": reason.strip()[:300]})
    return row


@transaction.atomic
def _ask_again(row: Bulletin, reason: str, by: User, now: datetime) -> None:
    """A month that isn't finished goes on only with a reason, which is kept with who gave it."""
    state = _state(row, now)
    said = demand_ready(state, reason)
    if said:
        BulletinEdit.objects.create(bulletin=row, block="unfinished", new=said, reason=said, by=by, at=now)
    _take_state(row, state, said)


@transaction.atomic
def give_back(bulletin: Bulletin, *, by: User, now: datetime, reason: str, version: int) -> Bulletin:
    """Back to the office with a reason. Raises NotAllowed, Stale, Refused without a reason."""
    row = _locked(bulletin, by, can_sign_bulletin, version, now)
    if not reason.strip():
        raise Refused(_("Write what is to be changed."))
    row.letter = {}
    row.status, row.return_reason, row.signer = Bulletin.Status.DRAFT, reason.strip()[:300], None
    _did(row, BulletinEdit.Deed.RETURNED, by, now, reason=reason)
    _changed(row)
    noted.note("bulletin_returned", row, by=by, now=now, detail={"reason": row.return_reason})
    tell("bulletin_returned", row, by=by, now=now, why=row.return_reason)
    return row


@transaction.atomic
def sign_bulletin(bulletin: Bulletin, *, by: User, now: datetime, version: int, unfinished: str = "") -> Bulletin:
    """Signed, numbered, published and frozen, and with it the ranking of the month, but for a paper about a list.

    What is signed is *version*, with the letter that was sent; of a month that isn't finished it asks for the reason
    again. Raises NotAllowed, Stale, NeedsReason, Refused.
    """
    Unit.objects.select_for_update().get(pk=bulletin.county_id)  # numbers of a county are given one after the other
    row = _locked(bulletin, by, can_sign_bulletin, version, now)
    if row.corrects_id is None:
        demand_same_figures(row)
        seen = row.unfinished, row.reports
        _ask_again(row, unfinished, by, now)
        if seen[0]:  # the paper says what was sent, with the counts of that day
            row.unfinished, row.reports = seen
        elif row.unfinished:
            row.letter = {**row.letter, "remark": remark(row, wording_of(row.county, row.kind))}
    _number(row, by, now)
    row.status, row.return_reason = Bulletin.Status.PUBLISHED, ""
    row.signed_by, row.signed_at, row.published_at = by, now, now
    row.signed_for = signs_in_place_of(by, row)
    place = signer_name(row.signed_for) if row.signed_for else ""
    row.text, row.token = full_text(row), secrets.token_urlsafe(24)
    _did(row, BulletinEdit.Deed.SIGNED_FOR if place else BulletinEdit.Deed.SIGNED, by, now, new=place)
    if row.corrects_id is None and not row.listed:
        of, figures = row.figures["period"], without_facts(row.figures)
        row.ranking = publish_figures(row.county, of, figures, by=by, now=now, unfinished=row.unfinished)
    _changed(row)
    detail = {"number": row.number, "unfinished": row.unfinished} | ({"for": place} if place else {})
    noted.note("bulletin_signed", row, by=by, now=now, detail=detail)
    why = _("%(who)s signed it in the place of %(post)s") % {"who": by, "post": place} if place else ""
    tell("bulletin_published", row, by=by, now=now, why=why)
    return row


def _number(row: Bulletin, by: User, now: datetime) -> None:
    """Gives *row* its number out of the register, and its day."""
    framed, sent, on = letter(row), sending_of(row), timezone.localdate(now)

    def written(number: int, year: int, total: int) -> str:
        return framed.numbered(year=year, number=number, on=on, total=total).number

    row.entry = give_number(
        row.county, framed.word, title=row.title, written=written, sending=sent, on=on, by=by, now=now
    )
    row.number, row.year = row.entry.number, row.entry.year
    row.letter = framed.numbered(year=row.year, number=row.number, on=on, total=row.entry.total).as_json()


def mark_read(bulletin: Bulletin, *, by: User, now: datetime) -> None:
    """*by* has opened what is published; the first time is kept."""
    if bulletin.published_at is not None:
        Reading.objects.get_or_create(bulletin=bulletin, person=by, defaults={"at": now})


@transaction.atomic
def withdraw_bulletin(bulletin: Bulletin, *, by: User, now: datetime, reason: str, version: int) -> Bulletin:
    """Takes back what was published, with a reason, and the month's ranking with it: both stay readable and keep their
    number, count no more, and the month can be drafted anew. Raises NotAllowed, Stale, NeedsReason."""
    row = _locked(bulletin, by, can_withdraw_bulletin, version, now)
    if not (reason := reason.strip()):
        raise NeedsReason(_("Write why it is withdrawn: the reason stands beside it"))
    BulletinEdit.objects.create(bulletin=row, block="withdrawn", new=reason, reason=reason[:300], by=by, at=now)
    row.status = Bulletin.Status.WITHDRAWN
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = now, by, reason[:300]
    row.version += 1
    row.save(update_fields=["status", "withdrawn_at", "withdrawn_by", "withdrawn_why", "version"])
    if row.ranking_id is not None:
        ranking = RankingSnapshot.objects.select_for_update().get(pk=row.ranking_id)
        others = ranking.bulletins.filter(status=Bulletin.Status.PUBLISHED).exists()
        if ranking.withdrawn_at is None and not others:
            take_back(ranking, by=by, now=now, reason=reason)
    noted.note("bulletin_withdrawn", row, by=by, now=now, detail={"reason": row.withdrawn_why})
    tell("bulletin_withdrawn", row, by=by, now=now, why=row.withdrawn_why)
    return row
