"""`manage.py ranking 2024-05`: who stands where at the end of a month (design 5)."""

from __future__ import annotations

import csv
import json
import unicodedata
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core.days.periods import Period
from core.indicators import declared, text
from dispatch.standings.figures import standing
from dispatch.standings.ranking import BY, By, Ranking
from organization.units.models import Unit

MONTHLY = "monthly"


class Command(BaseCommand):
    help = "Ranks the units of a county at the end of a month, quarter, half or year."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("period", metavar="PERIOD", help="2024-05, 2024-Q2, 2024-H1, 2024")
        parser.add_argument(
            "--contest",
            default=MONTHLY,
            metavar="KEY",
            help=f"what decides the ranks: {MONTHLY} (as the county's profile says) or one of {', '.join(declared())}",
        )
        parser.add_argument("--by", choices=BY, default="unit", help="what stands in the rows (unit)")
        parser.add_argument(
            "--format", choices=["table", "json", "csv"], default="table", help="how it is written (table)"
        )
        parser.add_argument("--county", metavar="CODE", help="needed where there are several counties")

    def handle(self, *, period: str, contest: str, by: By, county: str | None, **options: Any) -> None:
        if contest != MONTHLY and contest not in declared():
            raise CommandError(
                _("There is no contest “%(key)s”; there are: %(keys)s")
                % {"key": contest, "keys": ", ".join([MONTHLY, *declared()])}
            )
        try:
            month = Period.parse(period)
            ranking = standing(
                _county(county),
                month,
                by=by,
                order_by="" if contest == MONTHLY else contest,
                keys=declared(),
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        {"table": self.table, "json": self.json, "csv": self.csv}[options["format"]](ranking)

    def json(self, ranking: Ranking) -> None:
        self.stdout.write(json.dumps(as_json(ranking), ensure_ascii=False, indent=2))

    def csv(self, ranking: Ranking) -> None:
        writer = csv.writer(self.stdout, lineterminator="\n")
        parts = {key: ["numerator", "denominator", "value"] for key in ranking.indicators}
        for key in parts:
            parts[key] += ["pace", "gap"] if declared()[key].paced else []
        writer.writerow(["rank", "name", "score", *(f"{key}.{part}" for key in parts for part in parts[key])])
        for row in as_json(ranking):
            cells = [row["indicators"][key].get(part) for key in parts for part in parts[key]]
            writer.writerow([row["rank"], row["name"], row["score"], *cells])

    def table(self, ranking: Ranking) -> None:
        paced = [key for key in ranking.indicators if declared()[key].paced]
        head = [_("Rank"), _("Unit"), *(str(declared()[key].label) for key in ranking.indicators)]
        lines = [[*head, *(_("Gap in points") for _key in paced)]]
        for row in ranking.rows:
            cells = [
                f"{figure.said} ({figure.numerator:,}/{figure.denominator:,})"
                if figure.value is not None
                else _("no task")
                for figure in row.indicators.values()
            ]
            lines.append([str(row.rank or "—"), row.name, *cells, *(row.indicators[key].gap_shown for key in paced)])
        widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
        for line in lines:
            cells = [cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)]
            self.stdout.write("  ".join(cells).rstrip())
        self.stdout.write(ranking.rule)


def as_json(ranking: Ranking) -> list[dict[str, Any]]:
    """The rows as outside checks read them: amounts in whole yuan, rates in percent as strings."""
    return [
        {
            "rank": row.rank,
            "name": row.name,
            "score": text(row.indicators[ranking.order_by].value),
            "indicators": {key: figure.as_json() for key, figure in row.indicators.items()},
        }
        for row in ranking.rows
    ]


def _county(code: str | None) -> Unit:
    counties = list(Unit.objects.counties().filter(**({"code": code} if code else {})))
    if len(counties) == 1:
        return counties[0]
    known = ", ".join(Unit.objects.counties().values_list("code", flat=True))
    if not known:
        raise CommandError(_("There is no county yet: load one with “manage.py load_profile NAME”"))
    raise CommandError(_("Say which county with --county: %(codes)s") % {"codes": known})


def _width(value: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in value)
