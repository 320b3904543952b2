"""The register of issued papers; bulletins say what they correct, and can be searched."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _text(row):
    """As `dispatch.bulletins.letter.full_text` writes it."""
    lines = [row.title, row.letter.get("number", ""), row.letter.get("addressee", "")]
    for block in row.content:
        lines.append(block.get("heading") or block.get("title") or "")
        for cells in block.get("rows", ()):
            lines.append(" ".join(cell["text"] for cell in cells))
        for runs in block.get("paragraphs", ()):
            lines.append("".join(run["text"] for run in runs))
    return "\n".join(line for line in lines if line)


def searchable(apps, schema_editor):
    """What was published can be searched."""
    Bulletin = apps.get_model("dispatch", "Bulletin")
    for row in Bulletin.objects.exclude(published_at=None).iterator(chunk_size=20):
        Bulletin.objects.filter(pk=row.pk).update(text=_text(row))


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_done'),
        ('dispatch', '0012_signed_for'),
        ('organization', '0011_account_slips'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PaperNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(blank=True, max_length=40, verbose_name='document word')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('total', models.PositiveIntegerField(verbose_name='number in all years')),
                ('text', models.CharField(max_length=100, verbose_name='document number')),
                ('state', models.CharField(choices=[('given', 'Given'), ('void', 'Void'), ('filled', 'Filled later')], default='given', max_length=6, verbose_name='state')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('day', models.DateField(verbose_name='day of the paper')),
                ('joint', models.CharField(blank=True, max_length=300, verbose_name='issued with')),
                ('disclosure', models.CharField(blank=True, choices=[('public', 'Made public'), ('asked', 'Given when asked for'), ('closed', 'Not made public')], max_length=6, verbose_name='disclosure')),
                ('copies', models.PositiveIntegerField(blank=True, null=True, verbose_name='copies printed')),
                ('outside', models.BooleanField(default=False, verbose_name='entered by hand')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='given at')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'ordering': ['-year', '-number', '-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='bulletin',
            name='bulletin_number_once',
        ),
        migrations.RemoveConstraint(
            model_name='bulletin',
            name='bulletin_once',
        ),
        migrations.AddField(
            model_name='bulletin',
            name='corrected',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile'),
        ),
        migrations.AddField(
            model_name='bulletin',
            name='corrects',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='dispatch.bulletin'),
        ),
        migrations.AddField(
            model_name='bulletin',
            name='sending',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='bulletin',
            name='sha256',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='bulletin',
            name='text',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='bulletin',
            name='token',
            field=models.CharField(blank=True, max_length=43, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='papernumber',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='given by'),
        ),
        migrations.AddField(
            model_name='papernumber',
            name='county',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.unit'),
        ),
        migrations.AddField(
            model_name='bulletin',
            name='entry',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bulletin', to='dispatch.papernumber'),
        ),
        migrations.RunPython(searchable, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='bulletin',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), _negated=True), ('corrects', None)), fields=('county', 'kind', 'period'), name='bulletin_once'),
        ),
        migrations.AddConstraint(
            model_name='papernumber',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'void'), _negated=True), fields=('county', 'word', 'year', 'number'), name='paper_number_once'),
        ),
    ]
