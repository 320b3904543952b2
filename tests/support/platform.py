"""A sample of what the national approval platform exports: written by us, in its columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.tables.writing import TableColumn, write_table

HEADER = "序号,项目代码,项目名称,项目单位,审批事项,办理部门,办理状态,受理时间,办结时间,批复文号,批复时间"
COLUMNS = tuple(HEADER.split(","))


def row(code: str, name: str, item: str, state: str = "", *, accepted: str = "", done: str = "", number: str = "",
        day: str = "", unit: str = "县发展和改革局") -> tuple[str, ...]:  # fmt: skip
    """A row without its number."""
    return (code, name, "示范公司", item, unit, state, accepted, done, number, day)


def as_csv(rows: Iterable[Sequence[str]], columns: Sequence[str] = COLUMNS) -> bytes:
    lines = [",".join(columns), *(",".join((str(n), *one)) for n, one in enumerate(rows, 1))]
    return "\n".join(lines).encode("gb18030")


def as_xlsx(rows: Iterable[Sequence[str]], title: str = "投资项目在线审批监管平台审批事项") -> bytes:
    columns = [TableColumn(label) for label in COLUMNS]
    return write_table(columns, ((str(n), *one) for n, one in enumerate(rows, 1)), title=title).read()
