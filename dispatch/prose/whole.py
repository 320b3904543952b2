"""What a sentence about the whole county may say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from core.days.periods import Period
from core.indicators import pace, percent
from dispatch.prose import cuts
from dispatch.prose.exact import UNRECORDED, counted_on, gap_of, unrecorded
from dispatch.prose.names import of_county, rows_of_names, sign
from dispatch.prose.rates import planned
from dispatch.prose.values import Figures, Link, amount, count, in_measure, places_of, points, rate, some, standing
from dispatch.prose.wording import Figure, Value
from organization.profiles.rules import CountyRules

#: Months since January that have a name of their own.
SPANS = {1: "1月", 3: "一季度", 6: "上半年", 9: "前三季度", 12: "全年"}
LEDGER = {"open": "open", "overdue": "overdue", "closed": "closed_in_month", "raised": "raised_in_month"}
#: What isn't said either of a county that doesn't record starts, or entries.
GONE = {"start": ("started_some", "not_started", "starts"), "entry": ("entered_some", "not_yet_entered", "entries")}
REPORTS = {"reports_due": "due", "reports_in": "handed_in", "reports_accepted": "accepted", "left_out": "left_out"}

#: The names of all that is said here, but for those of the wording's own lists, days and annexes.
WHOLE = (
    *(
        "county",
        "list",
        "whole",
        "year",
        "month",
        "last_month",
        "span",
        "month_end",
        "last_month_end",
        "done_day",
        "as_of",
        "unrecorded",
    ),
    *("measure", "level_with", "behind_from", "office"),
    *("as_one", "projects"),
    *("total_investment", "plan", "done", "own", "rate", "pace", "gap", "lag_change", "lead_change"),
    *("finished", "below", "below_all", "growth", "unplanned", "done_unplanned"),
    *("started", "due_to_start", "start_rate", "started_some", "not_started", "starts"),
    *("entered", "due_to_enter", "entry_rate", "entered_some", "not_yet_entered", "entries", "long_unentered"),
    *("behind", "start_overdue", "not_entered", "started_now", "entered_now", "completed_now"),
    *("carried", *LEDGER, "ledger_day"),
    *(*REPORTS, "reports", "reports_some", "late_reports"),
)


def values_of(figures: Figures, wording: Mapping[str, Any], county: str, link: Link) -> dict[str, Value]:
    """All values of `WHOLE`, and those that the wording makes itself: its lists, days and annexes."""
    period = Period.parse(figures["period"])
    months, totals = figures["months"], figures["totals"]
    places = places_of(wording)
    missing = unrecorded(figures)
    done = None if "done" in missing else totals["done"]
    exact = None if done is None else percent(*planned(totals))
    ranking = link("ranking", period=figures["period"])
    projects = link("projects", period=figures["period"], planned=bool(totals["plan"]))
    distance = gap_of(exact, period, figures, wording)
    shown = points("gap", distance, places, ranking, None if exact is None else exact - pace(period))
    last = months > 1
    day = counted_on(figures)
    values: dict[str, Value] = {
        "county": county,
        "list": str(figures.get("scope", {}).get("name", "")),
        "whole": str(wording.get("whole", CountyRules.whole)),
        "office": str(wording.get("office", "")),
        "year": str(figures["year"]),
        "month": f"{months}月",
        "last_month": f"{months - 1 or 12}月",
        "span": SPANS.get(months, f"1—{months}月"),
        "done_day": f"{months}月底" if done is not None else "",
        "month_end": f"{months}月底",
        "last_month_end": f"{months - 1}月底" if last else "",
        "as_of": f"{day.month}月{day.day}日",  # the day that open and overdue problems are counted to
        "behind_from": None,
        "measure": "年度计划" if months == 12 else "序时进度",
        "level_with": "与序时进度持平" if shown.value is not None and not shown.sign else "",
        "projects": count("projects", totals["projects"], projects),
        "as_one": count("as_one", totals.get("as_one"), projects),
        "total_investment": amount("total_investment", totals["total_investment"] or None, projects),
        "plan": amount("plan", totals["plan"], ranking),
        "done": amount("done", done, ranking),
        "own": amount("own", _own(figures) if done is not None else None, ranking),
        "rate": rate("rate", exact, places, ranking),
        "pace": rate("pace", pace(period), places, ranking),
        "gap": shown,
        **{key: in_measure(key, key, parts, places, ranking) for key, parts in totals["quotients"].items()},
        **_done_of_due(totals, ranking),
        **_distances(figures, done, totals, places, ranking),
        **(ledger := _ledger(figures, link)),
        "ledger_day": f"{day.month}月{day.day}日" if ledger["open"].value is not None else "",
        **_reports(figures, link),
        **{key: count(key, len(items), link("list", key=key, period=figures["period"]))
           for key, items in figures["lists"].items()},
    }  # fmt: skip
    for key in (name for one in missing for name in UNRECORDED[one] if name not in ("done", "rate", "gap")):
        values[key] = count(key, None)
    values |= {key: count(key, None) for one in missing for key in GONE.get(one, ())}
    if not totals["plan"]:  # nobody is behind where there is nothing to be measured by
        values["behind"] = count("behind", None)
    if (limit := figures.get("thresholds", {}).get("behind")) is not None:
        values["behind_from"] = Figure("behind_from", str(limit), limit, ranking)
    labels = wording.get("recorded", {})
    values["unrecorded"] = "、".join(labels[key] for key in missing if key in labels)
    values |= _changes(figures, wording, distance, period, ranking)
    sources = of_county(figures, wording)
    leads = dict.fromkeys(("started_now", "entered_now", "completed_now"), projects)
    values |= {key: count(key, len(sources[key]), href) for key, href in leads.items()}
    values |= _days(figures, wording)
    return values | rows_of_names(wording.get("lists", {}), sources, wording, link, leads)


def _own(figures: Figures) -> int | None:
    """What was done in the month alone: in January all of it, which isn't said twice; of a half or a year nothing."""
    if figures["months"] == 1 or figures.get("facts", {}).get("cycle", "month") not in ("month", "none"):
        return None
    return cuts.own(figures.get("projects", ()))


def _done_of_due(totals: Mapping[str, Any], href: str) -> dict[str, Figure]:
    found = {}
    for done, due, part, rest, every in (
        ("started", "due_to_start", "started_some", "not_started", "starts"),
        ("entered", "due_to_enter", "entered_some", "not_yet_entered", "entries"),
    ):
        found[done], found[due] = count(done, totals[done], href), count(due, totals[due], href)
        found[part] = some(part, totals[done], totals[due], href)
        found[rest] = count(rest, totals[due] - totals[done], href)
        found[every] = standing(every, totals[done], totals[due])
    return found


def _distances(
    figures: Figures, done: int | None, totals: Mapping[str, Any], places: int, href: str
) -> dict[str, Figure]:
    """How many projects did all of their plan, how many are below the pace; growth over last year in percent."""
    rows = [row for row in figures.get("projects", ()) if row["plan"] and row["done"] is not None]
    below = sum(sign(row["gap"], places) < 0 for row in rows) if rows else None
    last_year = figures.get("facts", {}).get("last_year")
    growth = percent(done - last_year["done"], last_year["done"]) if done is not None and last_year else None
    every = figures.get("projects", ())
    unplanned = sum(not row["plan"] for row in every) if any(row["plan"] for row in every) else 0
    late = [row for row in figures["lists"]["not_entered"] if row.get("days", 0) > LONG]
    return {
        "finished": count("finished", sum(row["done"] >= row["plan"] for row in rows) if rows else None, href),
        "below": count("below", below if below != len(rows) else None, href),
        "below_all": count("below_all", below if below == len(rows) else None, href),
        "done_unplanned": amount(
            "done_unplanned", None if done is None or not totals["plan"] else done - planned(totals)[0], href
        ),
        "unplanned": count("unplanned", unplanned, href),
        "growth": points("growth", growth, places, href),
        "long_unentered": count("long_unentered", len(late), href),
    }


LONG = 180  # days after a start that a project not yet in statistics is said apart


def _ledger(figures: Figures, link: Link) -> dict[str, Figure]:
    """The ledger of problems with its balance: carried over, raised, closed, open. Nothing is said of an empty one."""
    counts: dict[str, int | None] = {key: figures["problems"][name] for key, name in LEDGER.items()}
    carried = (counts["open"] or 0) + (counts["closed"] or 0) - (counts["raised"] or 0)
    counts["carried"] = carried if carried >= 0 else None
    if not any(counts.values()):
        counts = dict.fromkeys(counts)
    href = {key: link("problems", state=key, period=figures["period"]) for key in counts}
    return {key: count(key, number, href[key]) for key, number in counts.items()}


def _reports(figures: Figures, link: Link) -> dict[str, Figure]:
    """How many reports were due and are in; `reports` is said where all are accepted, `reports_some` where not."""
    kept = figures.get("facts", {}).get("reports", {})
    counts = {key: kept.get(name) for key, name in REPORTS.items()}
    due, accepted = counts["reports_due"], counts["reports_accepted"]
    late = figures.get("facts", {}).get("late")
    href = link("reports", period=figures["period"])
    return {
        **{key: count(key, number, href) for key, number in counts.items()},
        "reports": count("reports", due if due and accepted == due else None, href),
        "reports_some": count("reports_some", due if due and accepted != due else None, href),
        "late_reports": count("late_reports", None if late is None else sum(row["missing"] for row in late), href),
    }


def _days(figures: Figures, wording: Mapping[str, Any]) -> dict[str, Value]:
    """The days by which something is asked for: working days after the draft, as the wording's `days` say."""
    kept = figures.get("facts", {}).get("days", {})
    found: dict[str, Value] = dict.fromkeys(wording.get("days", {}), "")
    for key, text in kept.items():
        if key in found:
            day = date.fromisoformat(text)
            found[key] = f"{day.month}月{day.day}日"
    return found


def _changes(
    figures: Figures, wording: Mapping[str, Any], now: Fraction | None, period: Period, href: str
) -> dict[str, Figure]:
    """How the distance to the pace changed since last month: `lag_change` while behind, `lead_change` while ahead;
    neither where it was on the other side of the pace then."""
    past = figures["previous"]
    before = None
    if past and period.last.month > 1:
        before = gap_of(percent(*planned(past)), period.previous(), figures, wording)
    found = {}
    for key, side in (("lag_change", -1), ("lead_change", 1)):
        known = now is not None and before is not None and now * side >= 0 and before * side >= 0 and now
        change = now - before if known and now is not None and before is not None else None
        found[key] = points(key, change, places_of(wording), href)
    return found
