from django.db import migrations, models
from django.utils import timezone

from core.days.periods import Period

DAYS = ("started_on", "entered_on", "completed_on")


def days_of_open_months(apps, schema_editor):
    """The rows of months that were never closed say which milestone was due, as it was planned then."""
    Project = apps.get_model("projects", "Project")
    Row = apps.get_model("projects", "ProjectMonth")
    closed = apps.get_model("projects", "ReportingMonth").objects.values_list("county", "month")
    closed = set(closed)
    for schedule in apps.get_model("projects", "Schedule").objects.order_by("pk"):
        project = Project.objects.get(pk=schedule.project_id)
        nodes = _nodes(apps, project)
        changed = []
        for row in Row.objects.filter(project=project.pk).order_by("pk"):
            if (row.county_id, row.month) not in closed:
                last = Period.parse(row.month).last
                due = [day for planned, reached in nodes if (day := _due(planned, reached, last))]
                if due:
                    row.node_due, row.version = min(due), row.version + 1
                    changed.append(row)
        Row.objects.bulk_update(changed, ["node_due", "version"])


def _nodes(apps, project):
    found = []
    obtained = apps.get_model("projects", "Approval").objects.filter(project=project.pk)
    obtained = dict(obtained.values_list("kind", "obtained_on"))
    typed = apps.get_model("projects", "HistoricalMilestone").objects.order_by("history_id")
    for one in apps.get_model("projects", "Milestone").objects.filter(project=project.pk).order_by("pk"):
        days = typed.filter(id=one.pk).values_list("history_date", "planned_on")
        planned = [(timezone.localdate(at), day) for at, day in days]
        reached = getattr(project, one.fact) if one.fact in DAYS else obtained.get(one.fact) if one.fact else one.done_on
        found.append((planned, reached))
    return found


def _due(planned, reached, last):
    if reached is not None and reached <= last:
        return None
    return next((day for since, day in reversed(planned) if since <= last), None)


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0028_drafting"),
    ]

    operations = [
        migrations.AddField(
            model_name="projectmonth",
            name="node_due",
            field=models.DateField(null=True, verbose_name="milestone due on"),
        ),
        migrations.RunPython(days_of_open_months, migrations.RunPython.noop),
    ]
