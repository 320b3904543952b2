from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0025_sponsors_since"),
    ]

    operations = [
        migrations.AlterField(
            model_name="signboard",
            name="shape",
            field=models.CharField(
                choices=[
                    ("a3", "A3"),
                    ("board", "Board, 2 : 1"),
                    ("a3press", "A3 for the printing shop"),
                    ("bdpress", "Board for the printing shop"),
                ],
                max_length=8,
            ),
        ),
    ]
