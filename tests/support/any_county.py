"""Counties at random, as a bulletin reads their figures: what `dispatch.standings.figures` and
`dispatch.bulletins.facts` keep, counted here from the projects alone."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from core.amounts.figures import rounded
from core.indicators import percent, ranks, text

WAN = 10_000
LEVELS = {"province": "省重点", "city": "市重点", "county": "县重点"}
NATURES = {"new": "新建", "continued": "续建"}
SECTORS = dict(zip("abcdef", ("农业", "工业", "交通", "水利", "教育", "市政"), strict=True))
SQUADS = {"21": "工业指挥部", "22": "城建指挥部", "23": "交通指挥部"}
DEPARTMENTS = {"31": "县交通局", "32": "县水利局"}
SIZES = {"big": "1亿元以上", "small": "1亿元以下"}
LEADERS = {"41": "县领导03", "42": "县领导04"}
UNITS = {n: f"第{n}镇" if n < 8 else f"县第{n}局" for n in range(1, 12)}
Projects = list[dict[str, Any]]


@st.composite
def projects(draw: Any) -> Projects:
    """Up to 25 projects of up to 11 units; plans and works alike often enough that units tie."""
    amount = st.sampled_from([0, 0, 100, 250, 1_000, 4_321, 10_000, 123_456])
    found = []
    for pk in range(1, draw(st.integers(0, 25)) + 1):
        done = draw(st.one_of(st.none(), amount))
        due, due_in = draw(st.booleans()), draw(st.booleans())
        found.append(
            {
                "pk": pk,
                "unit_id": draw(st.sampled_from(sorted(UNITS))),
                "plan": draw(amount) * WAN,
                "done": None if done is None else done * WAN,
                "own": draw(st.one_of(st.none(), st.just(0), st.just((done or 0) * WAN))),
                "total": draw(amount) * WAN,
                "level": draw(st.sampled_from(["", *LEVELS])),
                "nature": draw(st.sampled_from([*NATURES])),
                "sector": draw(st.sampled_from(["", *SECTORS])),
                "start": (int(due and draw(st.booleans())), int(due)),
                "entry": (int(due_in and draw(st.booleans())), int(due_in)),
                "cause": draw(st.sampled_from(["", "用地手续未办结", "资金未到位；正在争取。"])),
                "post": draw(st.sampled_from(["", *LEADERS])),
                "squad": draw(st.sampled_from(["", *SQUADS])),
                "competent": draw(st.sampled_from(["", *DEPARTMENTS])),
            }
        )
    return found


LEDGER = (3, 1, 2, 1)  # open, overdue, closed, raised


def figures_of(rows: Projects, months: int, *, previous: int | None = None, ledger: Sequence[int] = LEDGER) -> Any:
    """The figures of those projects at the end of a month of 2026; *previous*: done by the month before."""
    pace = Fraction(100 * months, 12)
    planned = any(row["plan"] for row in rows)
    groups = []
    for key, label, of in (("town", "乡镇、开发区", range(1, 8)), ("office", "县直部门", range(8, 12))):
        units = [(unit, [row for row in rows if row["unit_id"] == unit]) for unit in of]
        lines = [_line(unit, own, planned, pace) for unit, own in units]
        for line, rank in zip(lines, ranks([_exact(one) for one in lines], "competition", 1), strict=True):
            line["rank"] = rank
        lines.sort(key=lambda line: (line["rank"] is None, line["rank"] or 0))
        groups.append({"key": key, "label": label, "order_by": "investment_rate", "rows": lines})
    totals = _line(0, rows, planned, pace)
    rates = ("investment_rate", "start_rate", "entry_rate")
    total = {
        **{key: totals[key] for key in ("projects", "plan", "done", "rate", "gap")},
        "total_investment": sum(row["total"] for row in _counted(rows, planned)),
        "quotients": {key: [totals[key]["numerator"], totals[key]["denominator"]] for key in rates},
    }
    for done, due, key in (("started", "due_to_start", "start_rate"), ("entered", "due_to_enter", "entry_rate")):
        total[done], total[due] = total["quotients"][key]
        total[key] = text(percent(total[done], total[due]))
    inputs = [_input(row) for row in rows]
    behind = [row for row in rows if row["plan"] and percent(row["done"] or 0, row["plan"]) - pace <= -30]
    recorded = sorted({row["unit_id"] for row in rows if row["done"] is not None})
    return {
        "period": f"2026-{months:02}",
        "year": 2026,
        "months": months,
        "rules": dict.fromkeys(rates, ""),
        "columns": [{"key": key, "label": key} for key in rates],
        "totals": total,
        "previous": None if previous is None or months == 1 else {**total, "done": previous, "quotients": {
            **total["quotients"], "investment_rate": [previous, total["plan"]]}},
        "groups": groups,
        "lists": {
            "behind": sorted((_item(row, pace) for row in behind), key=lambda item: Fraction(item["gap"])),
            "start_overdue": [_item(row, pace) for row in rows if row["start"] == (0, 1)],
            "not_entered": [_item(row, pace) for row in rows if row["entry"] == (0, 1)],
        },
        "problems": dict(zip(("open", "overdue", "closed_in_month", "raised_in_month"), ledger, strict=True)),
        "recorded": {"done": bool(recorded), "start": True, "entry": True, "problems": any(ledger), "units": recorded},
        "thresholds": {"behind": 30},
        "decimals": 1,
        "inputs": inputs,
        "facts": {
            "projects": {str(row["pk"]): _said(row) for row in rows},
            "labels": {"level": LEVELS, "nature": NATURES, "sector": SECTORS, "squad": SQUADS,
                       "competent": DEPARTMENTS, "size": SIZES, "leader": LEADERS},
            "late": [{"unit_id": 1, "unit": UNITS[1], "missing": 2}],
            "reports": {"due": len(rows), "handed_in": len(rows), "accepted": len(rows), "left_out": 0},
            "days": {"plans_by": "2026-11-21", "starts_by": "2026-11-30", "entries_by": "2026-12-10"},
            "last_year": {"done": 5_000 * WAN},
        },
    }  # fmt: skip


def _counted(rows: Projects, planned: bool) -> Projects:
    return [row for row in rows if row["plan"]] if planned else rows


def _exact(line: dict[str, Any]) -> Fraction | None:
    return percent(line["investment_rate"]["numerator"], line["investment_rate"]["denominator"])


def _line(unit: int, rows: Projects, planned: bool, pace: Fraction) -> dict[str, Any]:
    of_plan = [row for row in rows if row["plan"]]
    done, plan = sum(row["done"] or 0 for row in of_plan), sum(row["plan"] for row in of_plan)
    rate = percent(done, plan)
    return {
        "rank": None,
        "unit_id": unit,
        "name": UNITS.get(unit, ""),
        "projects": len(_counted(rows, planned)),
        "plan": plan,
        "done": sum(row["done"] or 0 for row in rows),
        "rate": text(rate),
        "gap": text(None if rate is None else rate - pace),
        "investment_rate": {"numerator": done, "denominator": plan},
        "start_rate": _sum(rows, "start"),
        "entry_rate": _sum(rows, "entry"),
        "movement": unit % 5 - 2 or None,
    }


def _sum(rows: Projects, key: str) -> dict[str, int]:
    return {part: sum(row[key][at] for row in rows) for at, part in enumerate(("numerator", "denominator"))}


def _input(row: dict[str, Any]) -> dict[str, Any]:
    started = "2026-01-10" if row["start"][0] else None
    return {
        "pk": row["pk"],
        "number": row["pk"],
        "name": f"{row['pk']}号路改造项目",
        "unit": UNITS[row["unit_id"]],
        "lead_unit_id": row["unit_id"],
        "total_investment": row["total"],
        "plan": row["plan"],
        "done": row["done"],
        "stage": "started",
        "first_start": "2026-01-05",
        "planned_start": "2026-01-05",
        "started_on": started,
        "entered_on": None,
        "completed_on": None,
        "light": ["green", "正常", "On course"],
        "adds": {
            "investment_rate": [(row["done"] or 0) if row["plan"] else 0, row["plan"]],
            "start_rate": row["start"],
            "entry_rate": row["entry"],
        },
    }


def _item(row: dict[str, Any], pace: Fraction) -> dict[str, Any]:
    rate = percent(row["done"] or 0, row["plan"])
    gap = None if rate is None else str(rounded(rate - pace, 8))
    said = {
        "id": row["pk"],
        "name": f"{row['pk']}号路改造项目",
        "unit": UNITS[row["unit_id"]],
        "reason": "计划1月开工",
    }
    return {**said, "plan": row["plan"], "done": row["done"], "rate": text(rate), "gap": gap}


def _said(row: dict[str, Any]) -> dict[str, Any]:
    named = ("level", "nature", "sector", "cause", "post", "squad", "competent")
    kept = {key: row[key] for key in named if row[key]} | {"size": size_of(row)}
    kept |= {"leader": LEADERS[row["post"]]} if row["post"] else {}
    return kept | ({} if row["own"] is None else {"own": row["own"]})


def size_of(row: dict[str, Any]) -> str:
    return "big" if row["total"] >= 10**8 else "small"
