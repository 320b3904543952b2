"""A bulletin from the frozen figures of a month: blocks of sentences and tables (`dispatch.bulletins` frames them).

Nothing here asks the database or the clock. Blocks are plain JSON, since a bulletin keeps them: `text` (sentences with
figures), `written` (what a person has to write), `table`, `annex`. Which there are, in which order, of what and in
which words is the county's (`[bulletin.…]` of its profile); figures are rounded once, from exact quotients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dispatch.prose import charts, cuts, tables
from dispatch.prose.depends import depends
from dispatch.prose.exact import Exact, exactly
from dispatch.prose.names import FEW, class_link, of_classes, of_group, rows_of_names, sign
from dispatch.prose.rates import rate_in
from dispatch.prose.values import Figures, Link, amount, count, places_of, points, rate, some, standing
from dispatch.prose.whole import values_of
from dispatch.prose.wording import Paragraph, Value, joined, render, text_of, tidy, unique

Block = dict[str, Any]
Spec = Mapping[str, Any]  # a table of the county's file
Context = Mapping[str, Value]
NUMERALS = "一二三四五六七八九十"


class NotDraftable(ValueError):
    """The profile has no wording for this kind of bulletin; the message is the kind."""


def build(figures: Figures, wording: Mapping[str, Any], *, county: str, link: Link) -> list[Block]:
    """The blocks of a bulletin in the order of its pages. A section without content isn't there, unless a person is to
    write it.

    Raises WordingError where the county's wording can't be rendered.
    """
    figures = exactly(figures, wording)
    whole = _whole(figures, wording, county, link)
    if isinstance(figures, Exact):
        figures.kept["whole"] = whole
    blocks: list[Block] = []
    for section in sections_of(wording):
        kind = section.get("kind", "text")
        block: Block = {"key": section["key"], "kind": kind, "heading": section["heading"], "version": 1}
        paragraphs = unique(list(_paragraphs(section, figures, wording, whole, link)))
        block |= {"paragraphs": paragraphs, "depends": depends(paragraphs)}
        if kind == "written":
            block["hint"] = section.get("hint", "")
        if paragraphs and (kind == "written" or section.get("confirm")):
            block["proposed"] = True  # until a person has looked at it
        blocks.append(block)
        blocks += _tables(section, figures, wording, whole, link)
    return blocks + [tables.annex(spec, figures, wording, whole, link) for spec in tables.annexes(figures, wording)]


def sections_of(wording: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The sections of the paper: those that `order` names, as they stand there; without it all that are on. `more` are
    a county's own beside `section`, or in place of one with the same key."""
    known = {one["key"]: one for one in (*wording.get("section", ()), *wording.get("more", ()))}
    if "order" in wording:
        return [known[key] for key in wording["order"]]
    return [one for one in known.values() if one.get("on", True)]


def title_lines(figures: Figures, wording: Mapping[str, Any], county: str) -> list[str]:
    """The title, broken where the county's wording breaks it."""
    kept = figures.kept.get("whole") if isinstance(figures, Exact) else None  # of the blocks, if these are made
    values = kept or _whole(exactly(figures, wording), wording, county, lambda name, **about: "")
    return text_of([render(wording["title"], values)]).split("\n")


def _whole(figures: Figures, wording: Mapping[str, Any], county: str, link: Link) -> Mapping[str, Value]:
    return {**values_of(figures, wording, county, link), **tables.annex_names(figures, wording)}


# sections -----------------------------------------------------------------------------------------------------------


def _paragraphs(
    section: Mapping[str, Any], figures: Figures, wording: Mapping[str, Any], whole: Context, link: Link
) -> Iterable[Paragraph]:
    """What a section says: its own sentences, then those of its parts, which are numbered （一）, （二） where
    they have a head."""
    number = 0
    for part in [section, *section.get("part", [])]:
        if not part.get("on", True):
            continue
        for values in _contexts(part, figures, wording, whole, link):
            said = [runs for template in part.get("text", ()) if (runs := tidy(render(template, values)))]
            if said and (head := part.get("head")):
                begin = [{"text": f"（{numeral(number)}）"}, *render(head, values), {"text": "。"}]
                said[0] = joined([*begin, *said[0]])
                number += 1
            yield from said


def numeral(number: int) -> str:
    """The number *number*, counted from 0, as a heading has it: 一 to 九十九."""
    tens, ones = divmod(number + 1, 10)
    head = "" if not tens else "十" if tens == 1 else NUMERALS[tens - 1] + "十"
    return f"{head}{NUMERALS[ones - 1] if ones else ''}"


def _tables(
    section: Mapping[str, Any], figures: Figures, wording: Mapping[str, Any], whole: Context, link: Link
) -> list[Block]:
    """The charts and tables that follow a section: of the groups of units, of the classes of fields."""
    found = charts.of_section(section, figures, wording, whole, link)
    found += tables.rankings(figures, wording, whole, link) if section.get("table") else []
    for by in section.get("tables", ()):
        found += tables.of_classes(by, figures, wording, whole, link)
    return found


# sources ------------------------------------------------------------------------------------------------------------


def _county(part: Spec, figures: Figures, wording: Spec, whole: Context, link: Link) -> Iterable[Context]:
    yield whole


def _groups(part: Spec, figures: Figures, wording: Spec, whole: Context, link: Link) -> Iterable[Context]:
    places = places_of(wording)
    for group in figures["groups"]:
        if not (rows := group["rows"]):
            continue
        key = group["key"]
        href = link("ranking", period=figures["period"], group=key)
        ranked = [row for row in rows if row["gap"] is not None]
        behind = sum(sign(row["gap"], places) < 0 for row in ranked)
        ahead, many = len(ranked) - behind, len(ranked) > FEW
        yield {
            **whole,
            "label": group["label"],
            "units": count(f"{key}.units", len(rows), href),
            "units_many": count(f"{key}.units", len(rows) if many else None, href),
            "units_ahead": count(f"{key}.units_ahead", ahead, href),
            "units_behind": count(f"{key}.units_behind", behind, href),
            "ahead_some": some(f"{key}.units_ahead", ahead, len(ranked), href),
            "behind_some": some(f"{key}.units_behind", behind, len(ranked), href),
            "standing": standing(f"{key}.standing", ahead, len(ranked)),
            "tied_first": None,
            **rows_of_names(part.get("lists", {}), of_group(rows, places), wording, link),
        }


def _of_field(part: Spec, figures: Figures, wording: Spec, whole: Context, link: Link) -> Iterable[Context]:
    """The classes of a field together, for sentences that name them in a row."""
    rows = [row for row in _classes(part, figures, wording) if row["projects"]]
    if len(rows) < 2:
        return
    places = places_of(wording)
    rest = cuts.unlisted(figures, part["by"], wording)
    measured = [row for row in rows if row["gap"] is not None]
    ahead = sum(sign(row["gap"], places) >= 0 for row in measured)
    key, every = part["by"], link("projects", period=figures["period"], planned=bool(figures["totals"]["plan"]))
    yield {
        **whole,
        "units": count(f"{key}.classes", len(rows), every),
        "rest": count(f"projects.{key}.", rest["projects"] if rest else None, every),
        "standing": standing(f"{key}.standing", ahead, len(measured)),
        **rows_of_names(part.get("lists", {}), of_classes(rows, places), wording, link),
    }


def _each_class(part: Spec, figures: Figures, wording: Spec, whole: Context, link: Link) -> Iterable[Context]:
    """Each class of a field in turn, with its own projects behind the pace."""
    places, by = places_of(wording), part["by"]
    late = {item["id"]: item for item in figures["lists"]["behind"]}
    for row in _classes(part, figures, wording):
        if not row["projects"]:
            continue
        about, href = f"{by}.{row['key']}", class_link(row, link)
        here = [late[one["id"]] for one in row["rows"] if one["id"] in late]
        exact = rate_in(row)
        yield {
            **whole,
            "label": row["name"],
            "units": count(f"projects.{about}", row["projects"], href),
            **{
                name: amount(f"{name}.{about}", row[name], href)
                for name in ("plan", "done", "own", "total_investment")
            },
            "projects": count(f"projects.{about}", row["projects"], href),
            "rate": rate(f"rate.{about}", exact, places, href),
            "gap": points(f"gap.{about}", row["gap"], places, href, None if exact is None else exact - row["pace"]),
            "behind": count(f"behind.{about}", len(here), href),
            "standing": standing(f"standing.{about}", row["projects"] - len(here), row["projects"]),
            **rows_of_names(part.get("lists", {}), {"behind_here": sorted(here, key=_gap)}, wording, link),
        }


def _classes(part: Spec, figures: Figures, wording: Spec) -> list[cuts.Class]:
    """Those that *part* speaks of: all, or `only` some."""
    rows = cuts.classes(figures, part["by"], wording)
    return [row for row in rows if row["key"] in part["only"]] if "only" in part else rows


def _gap(item: Mapping[str, Any]) -> Any:
    return item["gap"] if item["gap"] is not None else 0


#: What a part of a section can be about: the county, each group of its units, the classes of a field in a row or each.
Source = Callable[[Spec, Figures, Spec, Context, Link], Iterable[Context]]
SOURCES: dict[str, Source] = {"county": _county, "groups": _groups, "field": _of_field, "classes": _each_class}


def _contexts(
    part: Mapping[str, Any], figures: Figures, wording: Mapping[str, Any], whole: Context, link: Link
) -> Iterable[Context]:
    """`each` is what older files say for `source`."""
    return SOURCES[part.get("source", part.get("each", "county"))](part, figures, wording, whole, link)
