"""The figures of a month, as `dispatch.rankings.figures` gives them: a published table of June 2020."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from core.amounts.figures import rounded
from core.indicators import percent, text

WAN = 10_000

UNITS = (  # group, name, projects, plan and done in 万元, started of due, entered of due, movement
    ("township", "大川镇", 1, 8000, 4500, (1, 1), (1, 1), 2),
    ("township", "东城开发区", 45, 921540, 415338, (30, 36), (20, 25), None),
    ("township", "五堰街办", 7, 313122, 140590, (5, 6), (4, 4), -1),
    ("township", "武当路街办", 10, 158464, 35701, (6, 9), (5, 5), 1),
    ("township", "二堰街办", 14, 426011, 83100, (9, 13), (7, 9), None),
    ("township", "茅塔乡", 3, 18776, 3200, (2, 3), (0, 0), None),
    ("township", "赛管局", 1, 10000, 800, (1, 1), (1, 1), None),
    ("department", "区住建局", 12, 240000, 60000, (9, 9), (8, 8), None),
    ("department", "区水利局", 3, 0, 0, (0, 0), (0, 0), None),
)


def figures(months: int = 6, *, projects: int = 17) -> dict[str, Any]:
    """Figures of the month; *projects* is the length of the lists of projects."""
    pace = Fraction(100 * months, 12)
    groups: dict[str, list[dict[str, Any]]] = {"township": [], "department": []}
    for number, (group, name, count, plan, done, start, entry, movement) in enumerate(UNITS, start=1):
        rate = percent(done, plan)
        groups[group].append(
            {
                "rank": None,
                "unit_id": number,
                "name": name,
                "projects": count,
                "plan": plan * WAN,
                "done": done * WAN,
                "rate": text(rate),
                "pace": text(pace),
                "gap": text(None if rate is None else rate - pace),
                "investment_rate": _quotient(done * WAN, plan * WAN),
                "start_rate": _quotient(*start),
                "entry_rate": _quotient(*entry),
                "movement": movement,
            }
        )
    for rows in groups.values():
        for rank, row in enumerate((row for row in rows if row["rate"]), start=1):
            row["rank"] = rank
    totals = _totals(pace)
    return {
        "period": f"2020-{months:02}",
        "year": 2020,
        "months": months,
        "cut_off": "2020-07-06T09:31:00+00:00",
        "rule_version": 3,
        "rule": "",
        "rules": dict.fromkeys(("investment_rate", "start_rate", "entry_rate"), ""),
        "columns": [{"key": key, "label": key} for key in ("investment_rate", "start_rate", "entry_rate")],
        "pace": text(pace),
        "totals": totals,
        "previous": _previous(totals) if months > 1 else None,
        "groups": [
            {"key": "township", "label": "乡镇、开发区", "order_by": "investment_rate", "rows": groups["township"]},
            {"key": "department", "label": "区直部门", "order_by": "investment_rate", "rows": groups["department"]},
        ],
        "lists": {
            "behind": [_item(n, pace) for n in range(1, projects + 1)],
            "start_overdue": [_item(n, pace) for n in range(101, 101 + projects // 2)],
            "not_entered": [],
        },
        "problems": {"open": 31, "overdue": 4, "closed_in_month": 12, "raised_in_month": 9},
    }


def _quotient(numerator: int, denominator: int) -> dict[str, Any]:
    return {"numerator": numerator, "denominator": denominator, "value": text(percent(numerator, denominator))}


def _previous(totals: dict[str, Any]) -> dict[str, Any]:
    done, plan = totals["quotients"]["investment_rate"]
    quotients = {**totals["quotients"], "investment_rate": [done - 190_000 * WAN, plan]}
    return {**totals, "done": done - 190_000 * WAN, "quotients": quotients}


def _totals(pace: Fraction) -> dict[str, Any]:
    plan = sum(row[3] for row in UNITS) * WAN
    done = sum(row[4] for row in UNITS) * WAN
    started, due = (sum(row[5][part] for row in UNITS) for part in (0, 1))
    entered, due_to_enter = (sum(row[6][part] for row in UNITS) for part in (0, 1))
    rate = percent(done, plan)
    return {
        "projects": sum(row[2] for row in UNITS),
        "total_investment": 798_167_110_000,
        "plan": plan,
        "done": done,
        "rate": text(rate),
        "gap": text(rate - pace),
        "started": started,
        "due_to_start": due,
        "start_rate": text(percent(started, due)),
        "entered": entered,
        "due_to_enter": due_to_enter,
        "entry_rate": text(percent(entered, due_to_enter)),
        "quotients": {
            "investment_rate": [done, plan], "start_rate": [started, due], "entry_rate": [entered, due_to_enter]
        },
    }  # fmt: skip


def _item(number: int, pace: Fraction) -> dict[str, Any]:
    plan, done = (70_000 - number * 731) * WAN, (9_000 - number * 87) * WAN
    return {
        "id": number,
        "name": f"第{number}号片区改造提升项目",
        "unit": "二堰街办",
        "plan": plan,
        "done": done,
        "rate": text(percent(done, plan)),
        "gap": str(rounded(percent(done, plan) - pace, 4)),
        "reason": "计划3月开工，已过92天",
    }
