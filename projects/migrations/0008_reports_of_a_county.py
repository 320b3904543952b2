import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    """Each report is of its project's county."""
    Report, Project = apps.get_model("projects", "MonthlyReport"), apps.get_model("projects", "Project")
    county = Project.objects.filter(pk=OuterRef("project")).values("county")
    Report.objects.update(county=Subquery(county))
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the table can't be altered in this transaction


class Migration(migrations.Migration):

    dependencies = [
        ('organization', '0005_portfolios'),
        ('projects', '0007_versions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='monthlyreport',
            name='projects_mo_month_591048_idx',
        ),
        migrations.RemoveIndex(
            model_name='monthlyreport',
            name='projects_mo_project_7e5fb6_idx',
        ),
        migrations.AddField(
            model_name='monthlyreport',
            name='county',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.unit'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='monthlyreport',
            name='county',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.unit'),
        ),
        migrations.AddIndex(
            model_name='monthlyreport',
            index=models.Index(fields=['county', 'month', 'status', 'project'], name='projects_mo_county__67bc69_idx'),
        ),
        migrations.AddIndex(
            model_name='monthlyreport',
            index=models.Index(condition=models.Q(('status__in', ('submitted', 'approved'))), fields=['county', 'status'], name='report_waits'),
        ),
    ]
