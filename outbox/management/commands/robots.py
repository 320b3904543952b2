from __future__ import annotations

from argparse import ArgumentParser
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from outbox.robots.services import give


class Command(BaseCommand):
    help = "Name the robots of groups that the settings know (ROBOTS), or try one. Addresses and secrets aren't shown."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--try", dest="name", metavar="NAME", help="send one line to the group of this robot")

    def handle(self, *, name: str | None, **_options: object) -> None:
        if name is None:
            for robot in settings.ROBOTS.values():
                signed = "signed" if robot.secret else "not signed"
                self.stdout.write(f"{robot.name}: {robot.kind}, {urlsplit(robot.address).hostname}, {signed}")
            if not settings.ROBOTS:
                self.stdout.write("ROBOTS names no robot")
            return
        if name not in settings.ROBOTS:
            raise CommandError(f"ROBOTS names no robot “{name}”")
        now = timezone.now()
        text = f"项目攻坚调度系统：群机器人“{name}”测试消息，{timezone.localtime(now):%m-%d %H:%M}"
        if why := give(settings.ROBOTS[name], text, now=now):
            raise CommandError(f"{name}: {why}")
        self.stdout.write(f"{name}: taken")
