from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime, timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from jobs.services import JobFailed, run_tick
from outbox.runs import run_delivery

EARLIEST = datetime(2000, 1, 1, tzinfo=timezone.get_default_timezone())
AHEAD = timedelta(days=366)


def read_moment(text: str) -> datetime:
    """`2026-06-05`, `2026-06-05T08:00` or with an offset; without one it is the county's time."""
    if day := parse_date(text):
        moment = datetime(day.year, day.month, day.day, 23, 59)
    elif found := parse_datetime(text):
        moment = found
    else:
        raise ValueError(text)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment, timezone.get_default_timezone())


class Command(BaseCommand):
    help = "Do all that is due up to a moment: open rounds, remind, collect and raise problems, draft bulletins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", metavar="MOMENT", help="2026-06-05T08:00 (default: now)")
        parser.add_argument("--deliver", action="store_true", help="send the mail that is due as well")

    def handle(self, *, at: str | None, deliver: bool, **_options: object) -> None:
        clock = timezone.now()
        try:
            now = read_moment(at) if at else clock
        except (ValueError, OverflowError) as error:
            raise CommandError(f"--at {at}: write it as 2026-06-05T08:00") from error
        if not EARLIEST <= now <= clock + AHEAD:
            raise CommandError(f"--at {at}: what a tick opens and sends can't be taken back; say a moment from "
                               f"{EARLIEST:%Y} to a year from now")  # fmt: skip
        try:
            ticked = run_tick(now=now)
            if deliver:
                delivered = run_delivery("deliver", now=now)
                self.stdout.write(f"mails: {delivered.mails}, notices in them: {delivered.notices}")
        except JobFailed as error:
            raise CommandError(f"{error}\nThe rest was done. Mend it and run tick again.") from error
        done = ", ".join(f"{name} {count}" for name, count in ticked.done.items() if count)
        self.stdout.write(done or "nothing was due")
