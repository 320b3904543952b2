"""The register is filled with what was published. Apart from the tables: PostgreSQL makes no
index while keys wait to be checked."""

from django.db import migrations
from django.utils import timezone


def in_the_register(apps, schema_editor):
    """What was published keeps its number, withdrawn or not; the register counts on from it."""
    Bulletin, PaperNumber = apps.get_model("dispatch", "Bulletin"), apps.get_model("dispatch", "PaperNumber")
    totals = {}
    published = Bulletin.objects.exclude(number=None).exclude(published_at=None)
    for row in published.order_by("published_at", "pk").only(
        "county", "year", "number", "title", "letter", "published_at", "signed_by"
    ):
        word = row.letter.get("word", "")
        totals[row.county_id, word] = total = totals.get((row.county_id, word), 0) + 1
        entry = PaperNumber.objects.create(
            county_id=row.county_id,
            word=word,
            year=row.year,
            number=row.number,
            total=total,
            text=row.letter.get("number") or f"〔{row.year}〕第{row.number}期",
            title=row.title,
            day=timezone.localdate(row.published_at),
            by_id=row.signed_by_id,
            at=row.published_at,
        )
        Bulletin.objects.filter(pk=row.pk).update(entry=entry)


class Migration(migrations.Migration):

    dependencies = [
        ('dispatch', '0017_bundle'),
    ]

    operations = [
        migrations.RunPython(in_the_register, migrations.RunPython.noop),
    ]
