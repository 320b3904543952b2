from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        from core.exports import listen
        from jobs.files.services import made_at

        listen(made_at)
