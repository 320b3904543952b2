from django.apps import AppConfig
from django.db.backends.signals import connection_created


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        import core.web.asked  # noqa: F401  # kinds of parts of addresses
        from core.away import be_patient
        from core.records.bulk import know_the_limit

        connection_created.connect(be_patient, dispatch_uid="core.away")
        connection_created.connect(know_the_limit, dispatch_uid="core.records.bulk")
