from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"

    def ready(self) -> None:
        from core.told import listen
        from outbox.services import drop_told, write_told

        listen(write_told, drop_told)
