from datetime import date, timedelta

import django.db.models.deletion
from django.db import migrations, models


def plans_of_turns(apps, schema_editor):
    """The plans of a turn that isn't in force are drafts, those of one that is count from its day: the rows of months
    that aren't closed say so. Of a year with a closed month all stays as it was counted."""
    Drafting = apps.get_model("projects", "Drafting")
    Row = apps.get_model("projects", "ProjectMonth")
    Closed = apps.get_model("projects", "ReportingMonth")
    for turn in apps.get_model("projects", "TurnOfYear").objects.order_by("pk"):
        begins = date(turn.year, 1, 1)
        closed = Closed.objects.filter(county_id=turn.county_id, month__gte=f"{turn.year}-01", closed_at__isnull=False)
        if closed.exists():
            continue
        until = turn.in_force_on if turn.state == "in_force" else None
        Drafting.objects.create(county_id=turn.county_id, year=turn.year, since=begins, until=until)
        months = [f"{turn.year}-{n:02}" for n in range(1, 13) if until is None or _last(turn.year, n) < until]
        rows = Row.objects.filter(county_id=turn.county_id, month__in=months, plan__isnull=False).order_by("pk")
        rows.update(plan=None, version=models.F("version") + 1)


def _last(year, month):
    return (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


class Migration(migrations.Migration):
    dependencies = [
        ("organization", "0012_absences"),
        ("projects", "0027_lists_at_the_turn"),
    ]

    operations = [
        migrations.CreateModel(
            name="Drafting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                (
                    "county",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organization.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["since", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("county", "year", "since"), name="drafting_once"),
                ],
            },
        ),
        migrations.RunPython(plans_of_turns, migrations.RunPython.noop),
    ]
