"""What is done with a problem between raised and answered. What is on file was placed when it was raised: it had its
owner, and its days counted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def placed_when_raised(apps, schema_editor):
    apps.get_model("dispatch", "Problem").objects.filter(placed_on=None).update(placed_on=models.F("raised_on"))


class Migration(migrations.Migration):

    dependencies = [
        ('dispatch', '0023_calendar'),
        ('organization', '0012_absences'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalproblem',
            name='asked_until',
            field=models.DateField(blank=True, null=True, verbose_name='more days asked for, until'),
        ),
        migrations.AddField(
            model_name='historicalproblem',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='dispatch.problem', verbose_name='merged into'),
        ),
        migrations.AddField(
            model_name='historicalproblem',
            name='placed_on',
            field=models.DateField(blank=True, null=True, verbose_name='placed on'),
        ),
        migrations.AddField(
            model_name='historicalproblem',
            name='report_due',
            field=models.DateField(blank=True, null=True, verbose_name='report to the leader due on'),
        ),
        migrations.AddField(
            model_name='historicalproblem',
            name='waits_until',
            field=models.DateField(blank=True, null=True, verbose_name='waits until'),
        ),
        migrations.AddField(
            model_name='problem',
            name='asked_until',
            field=models.DateField(blank=True, null=True, verbose_name='more days asked for, until'),
        ),
        migrations.AddField(
            model_name='problem',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='doubles', to='dispatch.problem', verbose_name='merged into'),
        ),
        migrations.AddField(
            model_name='problem',
            name='placed_on',
            field=models.DateField(blank=True, null=True, verbose_name='placed on'),
        ),
        migrations.AddField(
            model_name='problem',
            name='report_due',
            field=models.DateField(blank=True, null=True, verbose_name='report to the leader due on'),
        ),
        migrations.AddField(
            model_name='problem',
            name='waits_until',
            field=models.DateField(blank=True, null=True, verbose_name='waits until'),
        ),
        migrations.AlterField(
            model_name='problemstep',
            name='kind',
            field=models.CharField(choices=[('raised', 'Raised'), ('assigned', 'Assigned'), ('noted', 'Progress noted'), ('answered', 'Result reported'), ('rejected', 'Result not accepted'), ('escalated', 'Raised to the next level'), ('closed', 'Closed'), ('placed', 'Placed'), ('handed_up', 'Handed up'), ('waiting', 'Waits, with a reason'), ('asked', 'More days asked for'), ('extended', 'More days given'), ('refused', 'More days refused'), ('merged', 'Merged with its double'), ('reopened', 'Opened again'), ('consulted', 'Consultation held'), ('reported', 'Reported to the leader of its level'), ('late', 'No report to the leader in time')], max_length=10),
        ),
        migrations.CreateModel(
            name='Consultation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('on', models.DateField(verbose_name='held on')),
                ('present', models.TextField(verbose_name='who was present')),
                ('opinions', models.TextField(blank=True, verbose_name='opinions')),
                ('result', models.TextField(verbose_name='result')),
                ('report_due', models.DateField(verbose_name='report due on')),
                ('reported_on', models.DateField(blank=True, null=True, verbose_name='reported on')),
                ('report', models.TextField(blank=True, verbose_name='report')),
                ('late_on', models.DateField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('led_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.post', verbose_name='led by')),
                ('problem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consultations', to='dispatch.problem')),
            ],
            options={
                'ordering': ['-on', '-pk'],
            },
        ),
        migrations.RunPython(placed_when_raised, migrations.RunPython.noop),
    ]
