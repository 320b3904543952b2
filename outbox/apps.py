from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"

    def ready(self) -> None:
        from core.told import listen
        from outbox.services import write_told

        listen(write_told)
