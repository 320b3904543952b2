"""What can be said of a ledger only when all its rows are read: doubles, defaults, declared counts and sums. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.amounts.cells import format_amount, tight
from core.amounts.grammar import WAN
from projects.ledger.reading.body import Body
from projects.ledger.reading.fields import FIELDS
from projects.ledger.reading.sheet import ERROR, INFO, WARNING, Problem, Row

DEFAULTED = (0.6, 10)  # share of rows, and how many at least, with one and the same start that make it a default
ROUNDED = WAN  # yuan by which a declared sum may differ from what was read
PAIR_DEFAULTED = 10  # different projects with the same start and end, to the month


def finish(rows: list[Row], body: Body, kind: str) -> tuple[list[Row], list[Problem]]:
    """What can only be said when all rows are read: doubles, defaults, declared counts and sums."""
    problems = [*_against_declared(body), *_group_words(body)]
    if kind == "projects":
        rows = _doubles(rows, body)
        rows, more = _defaults(rows, body)
        problems += more
    else:
        rows = _report_doubles(rows, body)
        rows, more = _default_pairs(rows, body)
        problems += more
    return rows, problems


def _against_declared(body: Body) -> list[Problem]:
    found = []
    by_index = {column.index: column for column in body.columns}
    for said, read in [*body.totals, *((group, group) for group in body.groups)]:
        if said.count is not None and read.read != said.count:
            message = _("“%(text)s” declares %(said)s projects, %(read)s were read.")
            values = {"text": said.text, "said": said.count, "read": read.read}
            found.append(Problem(said.row, "", said.text, message % values, WARNING))
        for index, yuan in said.amounts.items():
            if abs((own := read.sums.get(index, 0)) - yuan) > ROUNDED and read.read:
                message = _("“%(text)s” declares %(said)s, the projects read come to %(read)s (10k yuan).")
                values = {"text": said.text, "said": format_amount(yuan), "read": format_amount(own)}
                found.append(Problem(said.row, by_index[index].header, format_amount(yuan), message % values, WARNING))
    return found


def _group_words(body: Body) -> list[Problem]:
    found = []
    for group in body.groups:
        if group.says in body.by_field or (group.says == "sector" and "sector" in body.by_field) or not group.read:
            continue
        message = ngettext(
            "A group title: %(field)s “%(label)s” is taken for the %(count)s project beneath it.",
            "A group title: %(field)s “%(label)s” is taken for the %(count)s projects beneath it.",
            group.read,
        )
        said = {"field": FIELDS[group.says].label, "label": group.label, "count": group.read}
        found.append(Problem(group.row, "", group.text, message % said, INFO, field=group.says))
    return found


def _with(row: Row, problem: Problem, *, rejected: bool = False) -> Row:
    problem = replace(problem, number=str(row.values.get("number", "")))
    return replace(row, problems=(*row.problems, problem), rejected=row.rejected or rejected)


def _doubles(rows: list[Row], body: Body) -> list[Row]:
    """The same name twice: of the same unit the later row can't be stored; of another unit both are. The same code
    twice: both are stored, and the code alone says no more which is meant."""
    header = body.by_field["name"].header
    first: dict[str, Row] = {}
    pairs: dict[tuple[str, str], Row] = {}
    coded: dict[str, Row] = {}
    done = []
    for row in rows:
        name = tight(row.values.get("name", ""))
        key = (name, row.values.get("lead_unit", ""))
        if not name or row.rejected:
            pass
        elif key in pairs:
            message = _(
                "The same project stands in row %(row)s already: this row can't be stored. Give it a name of its own."
            )
            row = _with(
                row,
                Problem(row.number, header, name[:200], message % {"row": pairs[key].number}, ERROR, field="name"),
                rejected=True,
            )
        elif name in first:
            message = _("Row %(row)s has the same name, of another unit: both are stored.") % {
                "row": first[name].number
            }
            row = _with(row, Problem(row.number, header, name[:200], message, WARNING, field="name"))
        if (code := row.values.get("code", "")) and not row.rejected:
            if code in coded:
                message = _("Row %(row)s has the same national code: the two are told apart by their names.")
                said = {"row": coded[code].number}
                column = body.by_field["code"].header
                row = _with(row, Problem(row.number, column, code, message % said, WARNING, field="code"))
            coded.setdefault(code, row)
        first.setdefault(name, row)
        pairs.setdefault(key, row)
        done.append(row)
    return done


def _report_doubles(rows: list[Row], body: Body) -> list[Row]:
    seen: dict[tuple[str, str, str], Row] = {}
    done = []
    for row in rows:
        key = (str(row.values.get("number", "")), tight(row.values.get("name", "")), str(row.values.get("month", "")))
        if not row.rejected and "month" not in row.values:
            message = _("No month: the report can't be stored.")
            row = _with(
                row,
                Problem(row.number, body.by_field["month"].header, "", message, ERROR, field="month"),
                rejected=True,
            )
        elif key in seen:
            message = _("Row %(row)s reports the same month of the same project: this row can't be stored.")
            said = {"row": seen[key].number}
            row = _with(
                row,
                Problem(row.number, body.by_field["month"].header, key[2], message % said, ERROR, field="month"),
                rejected=True,
            )
        seen.setdefault(key, row)
        done.append(row)
    return done


STARTS = ("start", "planned_start", "actual_start", "start_span")


def _defaults(rows: list[Row], body: Body) -> tuple[list[Row], list[Problem]]:
    """A start that nearly all rows share is more likely a default of some form than a fact: said, once a column."""
    found = []
    for code in STARTS:
        column = body.by_field.get("span" if code == "start_span" else code)
        values = Counter(str(row.values[code]) for row in rows if row.values.get(code))
        if not values or column is None:
            continue
        value, count = values.most_common(1)[0]
        share, least = DEFAULTED
        if count >= least and count >= share * values.total():
            message = _(
                "%(count)s of %(all)s rows have the same “%(value)s”: perhaps a default, not a fact. Check it."
            )
            said = {"count": count, "all": values.total(), "value": value}
            found.append(Problem(body.header.bottom + 1, column.header, value, message % said, WARNING, field=code))
    return rows, found


def _default_pairs(rows: list[Row], body: Body) -> tuple[list[Row], list[Problem]]:
    """Reports: one and the same start and end, to the month, for many projects is a default. It is not believed."""
    by_pair: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        start, finish = row.values.get("start"), row.values.get("finish")
        if start and finish:
            by_pair[str(start), str(finish)].add(tight(row.values.get("name", "")))
    many = {pair for pair, names in by_pair.items() if len(names) >= PAIR_DEFAULTED}
    if not many:
        return rows, []
    done, found = [], []
    for row in rows:
        if (str(row.values.get("start")), str(row.values.get("finish"))) in many:
            values = {key: value for key, value in row.values.items() if key not in ("start", "finish")}
            row = replace(row, values=values)
        done.append(row)
    for pair in sorted(many):
        message = _("%(count)s projects all have the start %(start)s, the end %(finish)s: a default, not taken.")
        said = {"count": len(by_pair[pair]), "start": pair[0], "finish": pair[1]}
        header = body.by_field["start"].header
        found.append(Problem(body.header.bottom + 1, header, "、".join(pair), message % said, WARNING, field="start"))
    return done, found
