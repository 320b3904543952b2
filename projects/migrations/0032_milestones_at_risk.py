import json

from django.db import migrations, models
from django.utils import timezone

from core.days.periods import Period
from core.days.workdays import workdays_between

DAYS = ("started_on", "entered_on", "completed_on")


def what_rows_say(apps, schema_editor):
    """All rows say how many working days their milestone was late, as their lights took it; those of months that were
    never closed also what it is called, and which one was at risk."""
    Row = apps.get_model("projects", "ProjectMonth")
    closed = set(apps.get_model("projects", "ReportingMonth").objects.values_list("county", "month"))
    own = dict(apps.get_model("core", "WorkdayOverride").objects.values_list("day", "is_workday"))
    nodes, of = {}, None
    changed = []
    for row in Row.objects.exclude(node_due=None).order_by("project", "pk").iterator():
        last, frozen = Period.parse(row.month).last, (row.county_id, row.month) in closed
        if row.project_id != of:
            of, nodes = row.project_id, _nodes(apps, row.project_id)
        row.node_late = max(0, workdays_between(row.node_due, last, {} if frozen else own))
        if not frozen:
            row.node_risk, row.node_said = _stood(nodes, last)
        row.version += 1
        changed.append(row)
        if len(changed) == 1000:
            _write(Row, changed)
            changed = []
    _write(Row, changed)


def _write(Row, changed):
    Row.objects.bulk_update(changed, ["node_late", "node_risk", "node_said", "version"])


def _nodes(apps, pk):
    project = apps.get_model("projects", "Project").objects.get(pk=pk)
    obtained = apps.get_model("projects", "Approval").objects.filter(project=pk)
    obtained = dict(obtained.values_list("kind", "obtained_on"))
    typed = apps.get_model("projects", "HistoricalMilestone").objects.order_by("history_id")
    found = []
    for one in apps.get_model("projects", "Milestone").objects.filter(project=pk).order_by("pk"):
        told = typed.filter(id=one.pk).values_list("history_date", "planned_on", "forecast_on", "after")
        told = [(timezone.localdate(at), *rest) for at, *rest in told]
        reached = getattr(project, one.fact) if one.fact in DAYS else obtained.get(one.fact) if one.fact else one.done_on
        found.append((one.code, [one.label, one.label_en], told, reached))
    return found


def _stood(nodes, last):
    still = {}
    for code, name, told, reached in nodes:
        if reached is None or reached > last:
            for since, planned, forecast, after in reversed(told):
                if since <= last:
                    still[code] = (planned, name, forecast, after)
                    break
    if not still:
        return None, None
    said = {"due": min(still.values(), key=lambda one: one[0])[1]}
    risks = []
    for planned, name, forecast, after in still.values():
        before = min((still[code] for code in after if code in still), key=lambda one: one[0], default=None)
        slips = forecast is not None and forecast > planned
        if slips or before:
            told = {
                "name": name, "planned": planned, "forecast": forecast if slips else None,
                "before": None if slips else before[1],
            }
            risks.append((min(planned, last) if slips else planned, told))
    risk = min(risks, key=lambda one: one[0], default=(None, None))
    if risk[1]:
        said["risk"] = risk[1]
    return risk[0], json.dumps(said, default=str, ensure_ascii=False)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_moved_days"),
        ("projects", "0031_effort"),
    ]

    operations = [
        migrations.AddField(
            model_name="projectmonth",
            name="node_late",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="working days that the milestone is late"),
        ),
        migrations.AddField(
            model_name="projectmonth",
            name="node_risk",
            field=models.DateField(null=True, verbose_name="milestone at risk from"),
        ),
        migrations.AddField(
            model_name="projectmonth",
            name="node_said",
            field=models.TextField(null=True),
        ),
        migrations.RunPython(what_rows_say, migrations.RunPython.noop),
    ]
