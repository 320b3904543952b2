"""A slip as it is printed: what its fields say when it is issued, and the form of one sheet made of that. Pure: the
paper's language is Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from dispatch.slips.rules import Heads
from paper.slip import Field, Look, Row
from paper.slip import Slip as Sheet

NUMBER, DAY, TO = "编号：", "签发日期：", "主送："
SEAL = "（单位盖章）　　　年　　月　　日"
HAND = "负责人签字："


@dataclass(frozen=True)
class Facts:
    """All that a slip says, frozen; `due` is empty where no answer is asked for."""

    title: str
    number: str
    to: str
    issuer: str
    day: str
    about: str
    matter: str
    ask: str
    unit: str = ""
    project: str = ""
    due: str = ""
    signed: str = ""
    contact: str = ""
    look: Look = "red"
    heads: Heads = field(default_factory=Heads)
    made: str = ""  # the moment, as ISO has it

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Facts:
        return cls(**{**kept, "heads": Heads(**kept["heads"])})


def sheet_of(facts: Facts) -> Sheet:
    """The form: who it is for and what for, what is stuck, what is asked by when; below, room for the answer."""
    heads = facts.heads
    rows = [
        Row((_field(f"{heads.unit}（主送）：", facts.to),), 13)
        if facts.to == facts.unit
        else Row((_field(TO, facts.to), _field(f"{heads.unit}：", facts.unit)), 13),
        Row((_field(f"{heads.project}：", facts.project),), 13) if facts.project else None,
        Row((_field(f"{heads.title}：", facts.about),), 13),
        Row((_field(f"{heads.matter}：", facts.matter),), 46),
        Row((_field(f"{heads.ask}：", facts.ask),), 36),
        Row((_field(f"{heads.due}：", facts.due or "不需反馈"), _field(f"{heads.signed}：", facts.signed)), 16),
        Row((_field(f"{heads.contact}：", facts.contact), _field("签发单位：", facts.issuer)), 16),
    ]
    if facts.due:
        rows.append(Row((Field(f"{heads.answer}："),), 52))
        rows.append(Row((Field(HAND), Field(SEAL)), 18))
    made = datetime.fromisoformat(facts.made) if facts.made else None
    return Sheet(
        title=facts.title,
        above=(Field(NUMBER, (facts.number,)), Field(DAY, (facts.day,))),
        rows=tuple(row for row in rows if row is not None),
        made=made,
        author=facts.issuer,
        look=facts.look,
    )


def _field(label: str, text: str) -> Field:
    return Field(label, tuple(text.split("\n")) if text else ())


def day(on: date) -> str:
    """2026年6月10日"""
    return f"{on.year}年{on.month}月{on.day}日"
