from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "organization"

    def ready(self) -> None:
        from core.noted import listen
        from organization.audit.middleware import connect
        from organization.audit.services import keep

        listen(keep)
        connect()
