"""A small database of the epoch's first day, one of everything, as text: all later migrations have to carry it on.

python -m tests.support.saved_database writes it anew, only for another epoch. With `upgrade`, in an empty database
(DATABASE_URL): the first migrations alone, what was saved, all later migrations; writes what is found then, as JSON.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SAVED = ROOT / "tests/data/epoch/database.json"
PROFILE = ROOT / "tests/data/epoch/shifan.toml"  # named as the county's code: the profile becomes that county's


def saved() -> dict[str, Any]:
    """`epoch`, `leaves` (each app's last migration of that day), `digests` of our files, `rows` by table, `found`."""
    return json.loads(SAVED.read_text(encoding="utf-8"))


def own_apps() -> list[str]:
    """The labels of the apps that lie in this repository."""
    from django.apps import apps

    return [config.label for config in apps.get_app_configs() if Path(config.path).parent == ROOT]


def _four(score: str | None) -> str | None:
    """A rate as it was saved, with four decimals."""
    from core.amounts.figures import rounded

    return None if score is None else f"{rounded(score, 4):f}"


def digests(leaves: list[list[str]]) -> dict[str, str]:
    """Of each of our migrations up to *leaves*: what tells whether it was written anew. Comments don't count."""
    loader = _loader()
    found = {}
    for app, name in sorted({node for leaf in leaves for node in loader.graph.forwards_plan(tuple(leaf))}):
        if app in own_apps():
            lines = (ROOT / app / "migrations" / f"{name}.py").read_text(encoding="utf-8").splitlines()
            text = "\n".join(line for line in lines if not line.startswith("#"))
            found[f"{app}.{name}"] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return found


def found() -> dict[str, Any]:
    """What the application says of the database it has: rows of each table, and a few figures by its own rules."""
    from django.apps import apps
    from django.core.management import call_command
    from django.db.models import Sum

    from dispatch.models import Bulletin
    from projects.models import MonthlyReport

    ranking = io.StringIO()
    call_command("ranking", "2026-04", county="shifan", format="json", stdout=ranking)
    models = [model for app in own_apps() for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    return {
        "rows": {model._meta.label_lower: model._base_manager.count() for model in models},
        "works": MonthlyReport.objects.aggregate(yuan=Sum("works"))["yuan"],
        "ranking": [[row["rank"], row["name"], _four(row["score"])] for row in json.loads(ranking.getvalue())],
        "bulletins": [
            [row.period, row.status, row.title, len(row.content)] for row in Bulletin.objects.order_by("pk")
        ],
    }


def save() -> None:
    """Make the county in an empty database and write all of it."""
    from django.core.management import call_command
    from django.core.serializers.json import DjangoJSONEncoder
    from django.db import transaction

    from core.epoch import EPOCH
    from organization.people.models import User
    from tests.support.furnished import furnished
    from tests.support.people import make_county, make_people

    leaves = [list(node) for node in sorted(_loader().graph.leaf_nodes())]
    now = {"epoch": EPOCH, "leaves": leaves, "digests": digests(leaves)}
    if SAVED.exists() and saved()["epoch"] == EPOCH and saved()["digests"] != now["digests"]:
        sys.exit(
            f"The first migrations of epoch {EPOCH} are others now: that is another epoch (EPOCH in core/epoch.py)."
        )
    call_command("migrate", verbosity=0, interactive=False)
    with transaction.atomic():
        county = make_county()
        _the_rest(furnished(county, make_people(county)), county)
        User.objects.update(password="!")
    rows = dict(_rows(leaves))
    if empty := [table for table, lines in rows.items() if not lines]:
        sys.exit(f"One of everything, but there is none in: {', '.join(empty)}")
    SAVED.parent.mkdir(parents=True, exist_ok=True)
    parts = [f'"{key}": {json.dumps(value, ensure_ascii=False)}' for key, value in {**now, "found": found()}.items()]
    tables = []
    for table, lines in rows.items():
        text = ",\n".join(json.dumps(line, ensure_ascii=False, cls=DjangoJSONEncoder) for line in lines)
        tables.append(f'"{table}": [\n{text}\n]')
    joined = ",\n".join([*parts, '"rows": {\n' + ",\n".join(tables) + "\n}"])
    SAVED.write_text("{\n" + joined + "\n}\n", encoding="utf-8")


def _the_rest(about: Any, county: Any) -> None:
    """What a page can be shown without, and a saved database can't."""
    from core.models import WorkdayOverride
    from funding.bids import services as bids
    from investment.leads import services as leads
    from jobs import services as jobs
    from organization.people.models import User
    from organization.profiles import services as profiles
    from projects.models import ColumnMemory
    from tests.support.factories import NOW, unit_of

    office: dict[str, Any] = {"by": User.objects.get(username="office"), "on": NOW.date(), "now": NOW}
    WorkdayOverride.objects.create(day=NOW.date(), is_workday=True, source="县里通知")
    ColumnMemory.objects.create(county=county, header="实际开工", field="started_on")
    about.project.cooperating_units.add(unit_of(county, "zhujian"))
    bids.fail(about.bid, reason="上级未予支持", version=about.bid.version, **office)
    leads.lose(about.lead, reason="另选了外县", version=about.lead.version, **office)
    jobs.run_tick(now=NOW)
    profiles.load_profile(str(PROFILE), now=NOW)


def upgrade() -> None:
    """First migrations, saved rows, later migrations: the last by the command that a server's start gives."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from core import epoch

    about = saved()
    epoch.ready(connection)
    leaves = [tuple(leaf) for leaf in about["leaves"]]
    state = MigrationExecutor(connection).migrate(leaves)
    _load(state.apps, about["rows"])
    call_command("migrate", verbosity=0, interactive=False)
    sys.stdout.write(json.dumps(found(), ensure_ascii=False))


def _loader() -> Any:
    from django.db.migrations.loader import MigrationLoader

    return MigrationLoader(None)


def _models(apps: Any) -> Iterator[Any]:
    """Our tables as they were that day, those between two tables included."""
    ours = own_apps()
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in ours and model._meta.managed and not model._meta.proxy:
            yield model


def _rows(leaves: list[list[str]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for model in _models(_loader().project_state([tuple(leaf) for leaf in leaves]).apps):
        columns = [field.attname for field in model._meta.concrete_fields]
        yield model._meta.label_lower, list(model._base_manager.order_by("pk").values(*columns))


def _load(apps: Any, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Store *rows* by the models of that day; keys to rows that come later hold at the end of the transaction."""
    from django.core.management.color import no_style
    from django.db import connection, transaction

    models = list(_models(apps))
    with transaction.atomic():
        for model in models:
            fields = {field.attname: field for field in model._meta.concrete_fields}
            made = [
                model(**{name: fields[name].to_python(value) for name, value in row.items()})
                for row in rows[model._meta.label_lower]
            ]
            model._base_manager.bulk_create(made)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:] == ["upgrade"]:
        _set_up()
        upgrade()
    else:
        with tempfile.TemporaryDirectory() as folder:
            os.environ |= {"VAR_DIR": folder, "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "REDIS_URL": ""}
            _set_up()
            save()


def _set_up() -> None:
    import django

    django.setup()


if __name__ == "__main__":
    main()
