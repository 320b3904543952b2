"""The shape of a national project code: what is said of one that looks odd. Nothing is ever refused for it.

GB/T 40058-2021: year and month 4, administrative code of the place 6, guiding department 2, type 2, random 5 and a
check digit: 20 digits, written with four hyphens 24 characters. How the check digit is counted isn't in the published
text: it isn't checked. Before 2021 provinces had shapes of their own, often with a year of four digits in front.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.registry.models import code_key

DIGITS = 20
NATIONAL = re.compile(r"(\d\d)(\d\d)(\d{6})(\d\d)(\d\d)(\d{6})")
FORMER_YEARS = range(2013, 2021)  # of the shapes of before, which begin with a year
FORMER = gettext_lazy("A code of the time before 2021, of a shape of its own")
DOCUMENT = gettext_lazy("This looks like the number of a document, not like a project code")


def said_of(text: str, region: str = "") -> str:
    """What is to be said of the shape of *text*, in a county with the administrative code *region* (six digits, or
    nothing if that isn't known); empty where there is nothing to say."""
    key = code_key(text)
    if not key:
        return ""
    if re.search(r"[\u4e00-\u9fff〔［\[（(]", key):
        return str(DOCUMENT)
    if (found := NATIONAL.fullmatch(key)) is None:
        if key.isdigit() and abs(len(key) - DIGITS) <= 2:
            return _("A national code has 20 digits, this one has %(n)s") % {"n": len(key)}
        return str(FORMER)
    if not 1 <= int(found[2]) <= 12:
        if int(found[1] + found[2]) in FORMER_YEARS:
            return str(FORMER)
        return _("The third and fourth digit are a month, and %(month)s is none") % {"month": found[2]}
    if region and found[3] not in places_of(region):
        return _("Its place is %(place)s, the county's is %(county)s") % {"place": found[3], "county": region}
    return ""


def places_of(region: str) -> frozenset[str]:
    """The places by which a county's project may be coded: by itself, its city, its province, the centre."""
    return frozenset({region, f"{region[:4]}00", f"{region[:2]}0000", "000000"})
