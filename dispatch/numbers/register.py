"""What the register says of a series: which number comes next, which are free. Reads."""

from __future__ import annotations

from core.records.order import text
from dispatch.numbers import rules
from dispatch.numbers.models import PaperNumber
from organization.profiles.rules import CountyRules, rules_of
from organization.units.models import Unit

FORM = "{word}〔{year}〕{number}号"  # how the number of a paper that wasn't made here is written


def word_of(county: Unit) -> str:
    """The document word of the county's office."""
    return rules_of(county)[CountyRules].document_word


def words_of(county: Unit) -> list[str]:
    """The office's own word first, then the others that the register has."""
    known = PaperNumber.objects.filter(county=county).order_by(text("word")).values_list("word", flat=True).distinct()
    own = word_of(county)
    return [own, *(word for word in known if word and word != own)]


def _used(county: Unit, word: str, year: int) -> dict[int, bool]:
    """The numbers of one year, and whether a paper bears each."""
    rows = PaperNumber.objects.of_series(county, word).filter(year=year).values_list("number", "state")
    found: dict[int, bool] = {}
    for number, state in rows:
        found[number] = found.get(number, False) or state != PaperNumber.State.VOID
    return found


def next_of(county: Unit, word: str, year: int) -> int:
    return rules.next_number(_used(county, word, year))


def holes_of(county: Unit, word: str, year: int) -> list[int]:
    used = _used(county, word, year)
    return rules.holes(used, (number for number, standing in used.items() if standing))
