"""Rows of rounds say since when they are there: those that came after the opening, since their project is on file."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def came_later(apps, schema_editor):
    RoundRow = apps.get_model("dispatch", "RoundRow")
    on_file = apps.get_model("projects", "Project").objects.filter(pk=models.OuterRef("project"))
    later = RoundRow.objects.filter(project__created_at__gt=models.F("round__opened_at"))
    later.update(since=models.Subquery(on_file.values("created_at")[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ('dispatch', '0008_instructions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='roundrow',
            name='added_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='roundrow',
            name='out',
            field=models.CharField(blank=True, choices=[('suspended', 'Suspended'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged into another'), ('split', 'Split up'), ('completed', 'completed before')], max_length=10, verbose_name='why it is not asked any more'),
        ),
        migrations.AddField(
            model_name='roundrow',
            name='out_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='roundrow',
            name='since',
            field=models.DateTimeField(blank=True, null=True, verbose_name='asked since'),
        ),
        migrations.RunPython(came_later, migrations.RunPython.noop),
    ]
