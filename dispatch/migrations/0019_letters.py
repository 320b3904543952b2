"""Letters are not once a month: each has a number of its own in it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dispatch', '0018_register_filled'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='bulletin',
            name='bulletin_once',
        ),
        migrations.AddField(
            model_name='bulletin',
            name='serial',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddConstraint(
            model_name='bulletin',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), _negated=True), ('corrects', None)), fields=('county', 'kind', 'period', 'serial'), name='bulletin_once'),
        ),
    ]
