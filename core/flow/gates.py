"""What must hold before a record is in a stage. Pure: tables of these are what a kind of record declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


def always(record: Any) -> bool:
    return True


@dataclass(frozen=True)
class Gate:
    """Something that must hold before a record is in *stage*, and from then on.

    `label` is what people read while it is closed, `why` the rule or what to do. `field` is where it is mended: a
    field of the form named by `form`. It counts where `when` holds. A `waivable` gate may be passed by exception, with
    a reason.
    """

    code: str  # stable, never shown: tests, dated rows, exceptions
    stage: str
    label: Any
    met: Callable[[Any], bool]
    when: Callable[[Any], bool] = always
    field: str = ""
    form: str = "facts"
    why: Any = ""
    waivable: bool = False
