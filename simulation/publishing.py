"""The end of a month: the bulletin is finished by the office and signed, which publishes the ranking with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.days.periods import Period
from dispatch.bulletins import services as bulletins
from dispatch.models import Bulletin
from dispatch.prose.wording import text_of
from organization.people.models import SIGNS, User
from organization.units.models import Unit

NEXT_STEPS = (
    "滞后项目责任单位于{day}日前将赶工计划报送专班办公室，明确每月完成量和责任人。",
    "应开未开项目由包联领导牵头逐个会商，能开工的月底前进场，不能开工的说明原因、调整计划。",
    "应入统未入统项目责任单位与统计部门逐项核对材料，具备条件的下月全部入统。",
)


def publish_month(county: Unit, period: Period, *, office: User, head: User, now: datetime) -> Bulletin:
    """Write what only people can write, send it for sign-off, sign it the same evening."""
    bulletin = bulletins.draft_bulletin(county, "monthly", period, now=now, by=office)
    version = bulletin.version
    bulletin = bulletins.refresh_bulletin(bulletin, by=office, now=now, version=version)  # it may be some days old
    for block in [one for one in bulletin.content if one.get("kind") == "written" or one.get("proposed")]:
        text = text_of(block["paragraphs"]) or "\n".join(NEXT_STEPS).format(day=min(now.day + 10, 28))
        bulletin = bulletins.edit_block(
            bulletin, block["key"], text, by=office, now=now + timedelta(minutes=20), version=block["version"]
        )
    then, version = now + timedelta(minutes=30), bulletin.version
    signs = None if head == office else next(post for post in head.current_posts if post.role in SIGNS)
    bulletin = bulletins.submit_bulletin(bulletin, by=office, now=then, version=version, signer=signs)
    if signs is None:  # an office of one: it waits for who usually signs
        return bulletin
    then, version = now + timedelta(minutes=50), bulletin.version
    return bulletins.sign_bulletin(bulletin, by=head, now=then, version=version)
