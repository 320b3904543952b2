"""manage.py calendar YEAR [--county C] [--format table|json]"""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core.amounts import figures
from core.days import office
from core.days.periods import YEARS
from dispatch.calendar import year
from dispatch.management.commands.bulletin import _county
from organization.profiles.rules import rules_of


class Command(BaseCommand):
    help = "Every act of a county's year: the day, the rule, what it does, for whom, due when."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int, help="the year, as 2026")
        parser.add_argument("--county", help="the county's code, where there are several")
        parser.add_argument("--format", choices=["table", "json"], default="table", help="how it is printed")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["year"] not in YEARS:
            said = _("expected a number from %(low)s to %(high)s, found %(value)s")
            raise CommandError(said % {"low": YEARS[0], "high": YEARS[-1], "value": options["year"]})
        county = _county(options["county"])
        rules = rules_of(county)
        units = year.units_of_rules(county, rules)
        acts = year.of_year(rules, options["year"], office.calendar())
        if options["format"] == "json":
            rows = [year.as_data(act, units) for act in acts]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for act in acts:
            due = figures.moment(act.due, act.day) if act.due else ""
            cells = (
                f"{act.day}",
                act.rule,
                year.does_label(act.does),
                str(act.label),
                year.for_in_words(act, units),
                due,
            )
            self.stdout.write("\t".join(cells))
