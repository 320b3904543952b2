"""The photos of the replayed year: small drawings as a phone would send them, a few of them odd."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from core.days.periods import Period
from core.geo.systems import Degrees
from core.habits import Day, Habit, Scene
from projects.photos.rules import place_of
from projects.photos.services import add_photo
from projects.registry.models import STARTED_STAGES, Project

SHOWS = ("基坑开挖", "基础施工", "主体结构", "屋面施工", "设备安装", "道路硬化", "外立面施工", "材料进场")
ON_DAY = 24  # of the month, before the round is due
PROJECTS = 2  # a month
SEND_AGAIN = 8  # one in so many is an old photo once more, or taken elsewhere
SIZE = (800, 600)


@dataclass
class Kept:
    done: set[str] = field(default_factory=set)
    sent: list[bytes] = field(default_factory=list)


def begin(scene: Scene, dice: Random) -> Kept:
    return Kept()


def live(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    """Near the end of a month a few units add photos of a project that is being built."""
    period = Period.of(day.on)
    if day.on.day < ON_DAY or str(period) in kept.done:
        return
    kept.done.add(str(period))
    running = Project.objects.filter(county=scene.county, stage__in=STARTED_STAGES, completed_on=None).active()
    found = [one for one in running.select_related("lead_unit", "county").order_by("pk")
             if one.lead_unit_id in scene.officers]  # fmt: skip
    for project in dice.sample(found, min(PROJECTS, len(found))):
        site = place_of(project)
        for number in range(2):
            again = bool(kept.sent) and dice.randrange(SEND_AGAIN) == 0
            elsewhere = dice.randrange(SEND_AGAIN) == 0
            place = site and Degrees(site.longitude + (0.08 if elsewhere else 0.002), site.latitude)
            taken = day.now - timedelta(days=number, hours=2)
            content = dice.choice(kept.sent) if again else drawn(dice, taken, place)
            kept.sent.append(content)
            officer = scene.officers[project.lead_unit_id]
            shows = dice.choice(SHOWS)
            add_photo(project, period, content=content, name=f"IMG_{day.on:%m%d}_{number + 1}.jpg", by=officer,
                      now=day.now, caption=shows)  # fmt: skip


def drawn(dice: Random, taken: datetime, place: Degrees | None) -> bytes:
    """A building site as a JPEG with what a phone writes beside it. Our own file: it needs no fence."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", SIZE, (dice.randrange(150, 210), dice.randrange(190, 225), 235))
    draw = ImageDraw.Draw(picture)
    ground = dice.randrange(420, 500)
    draw.rectangle((0, ground, *SIZE), fill=(dice.randrange(130, 180), 120, 80))
    for _number in range(dice.randrange(4, 8)):
        left, wide, high = dice.randrange(0, 700), dice.randrange(60, 200), dice.randrange(80, 360)
        grey = dice.randrange(90, 200)
        draw.rectangle((left, ground - high, left + wide, ground), fill=(grey, grey, grey - 10), outline=(60, 60, 60))
        for floor in range(ground - high + 12, ground - 12, 28):
            draw.line((left + 6, floor, left + wide - 6, floor), fill=(grey - 50, grey - 50, grey - 40), width=5)
    mast = dice.randrange(80, 720)
    draw.line((mast, 40, mast, ground), fill=(220, 160, 20), width=8)
    draw.line((mast - dice.randrange(40, 120), 60, mast + dice.randrange(120, 260), 60), fill=(220, 160, 20), width=6)
    room = io.BytesIO()
    picture.save(room, "JPEG", quality=80, exif=exif(taken, place))
    return room.getvalue()


def exif(taken: datetime, place: Degrees | None) -> Any:
    """When and where, as a phone writes it."""
    from PIL import Image

    written = Image.Exif()
    inner = written.get_ifd(0x8769)
    local = timezone.localtime(taken)
    inner[0x9003], inner[0x9011] = local.strftime("%Y:%m:%d %H:%M:%S"), local.isoformat()[-6:]
    if place is not None:
        gps = written.get_ifd(0x8825)
        gps[1], gps[2], gps[3], gps[4] = "N", _degrees(place.latitude), "E", _degrees(place.longitude)
    return written


def _degrees(value: float) -> tuple[float, float, float]:
    minutes = value % 1 * 60
    return float(int(value)), float(int(minutes)), round(minutes % 1 * 60, 3)


HABITS = (Habit("photos", 35, begin, live),)
