import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    """Each entry is of its project's county."""
    Record, Project = apps.get_model("projects", "EntryRecord"), apps.get_model("projects", "Project")
    county = Project.objects.filter(pk=OuterRef("project")).values("county")
    Record.objects.update(county=Subquery(county))
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the table can't be altered in this transaction


class Migration(migrations.Migration):

    dependencies = [
        ('organization', '0005_portfolios'),
        ('projects', '0008_reports_of_a_county'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='entryrecord',
            name='county',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.unit'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='entryrecord',
            name='county',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.unit'),
        ),
        migrations.AddIndex(
            model_name='entryrecord',
            index=models.Index(condition=models.Q(('confirmed_at__isnull', False)), fields=['county', 'project'], name='entry_confirmed'),
        ),
    ]
