"""The people of the tests: not users but who they are — the officer of one township, an officer of another …"""

from __future__ import annotations

from base64 import b32decode
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django_otp.oath import TOTP

from core.records import bulk
from organization.people.models import Post, Role, User
from organization.units.models import Unit, UnitKind

PASSWORD = "Chayuan-2026-xia"

UNITS = (  # code, name, short name, kind
    ("lingdao", "县领导", "县领导", UnitKind.LEADERS),
    ("zhihuibu", "县项目攻坚指挥部办公室", "指挥部办公室", UnitKind.OFFICE),
    ("xicheng", "西城镇", "西城镇", UnitKind.TOWNSHIP),
    ("dongguan", "东关乡", "东关乡", UnitKind.TOWNSHIP),
    ("kaifaqu", "县经济开发区", "开发区", UnitKind.ZONE),
    ("zhujian", "县住房和城乡建设局", "县住建局", UnitKind.DEPARTMENT),
    ("gongxin", "县工业和信息化局", "县工信局", UnitKind.DEPARTMENT),
    ("tongji", "县统计局", "县统计局", UnitKind.DEPARTMENT),
)

PEOPLE = (  # name, unit, title, role
    ("office", "zhihuibu", "综合岗", Role.OFFICE),
    ("office_head", "zhihuibu", "办公室主任", Role.OFFICE),
    ("officer", "xicheng", "项目专员", Role.OFFICER),
    ("unit_head", "xicheng", "镇长", Role.UNIT_HEAD),
    ("other_officer", "dongguan", "项目专员", Role.OFFICER),
    ("leader", "lingdao", "县领导01", Role.LEADER),
    ("other_leader", "lingdao", "县领导02", Role.LEADER),
    ("statistics", "tongji", "投资统计岗", Role.STATISTICS),
    ("supervision", "zhihuibu", "督查岗", Role.SUPERVISION),
    ("investment", "gongxin", "招商专员", Role.INVESTMENT),
    ("finance", "zhujian", "财务岗", Role.FINANCE),
    ("approver", "zhujian", "审批岗", Role.APPROVER),
    ("squad", "gongxin", "专班成员", Role.SQUAD),
    ("reader", "zhihuibu", "查阅岗", Role.READER),
    ("admin", "zhihuibu", "管理员", Role.ADMIN),
    ("security", "zhihuibu", "安全管理员", Role.SECURITY),
    ("auditor", "zhihuibu", "审计管理员", Role.AUDITOR),
)


@dataclass(frozen=True)
class People:
    """Everybody by name; `people.officer` and so on. All sign in with PASSWORD."""

    office: User
    office_head: User
    officer: User
    unit_head: User
    other_officer: User
    leader: User
    other_leader: User
    statistics: User
    supervision: User
    investment: User
    finance: User
    approver: User
    squad: User
    reader: User
    admin: User
    security: User
    auditor: User

    def all(self) -> dict[str, User]:
        return {name: getattr(self, name) for name, *_rest in PEOPLE}


@cache
def _hash() -> str:
    return make_password(PASSWORD)


def make_county(code: str = "shifan", name: str = "示范县") -> Unit:
    """A county with eight units and the rules of the default profile."""
    county = Unit(code=code, name=name, short_name=name, kind=UnitKind.COUNTY)
    county.save()
    units = [
        Unit(
            code=unit_code, name=unit_name, short_name=short_name, kind=kind, parent=county, county=county,
            path=f"{county.path}{unit_code}/", position=position,
        )
        for position, (unit_code, unit_name, short_name, kind) in enumerate(UNITS, start=1)
    ]  # fmt: skip
    bulk.insert(units, now=timezone.now())
    return county


def code_of(secret: str, moment: datetime) -> str:
    """What the phone of who has *secret* shows at *moment*."""
    totp = TOTP(b32decode(secret))
    totp.time = moment.timestamp()
    return f"{totp.token():06d}"


def make_people(county: Unit, prefix: str = "") -> People:
    """One person in each role, with posts in the units of *county*; six statements, since most tests begin here."""
    units = {unit.code: unit for unit in Unit.objects.filter(county=county)}
    users = [
        User(username=prefix + name, name=title, password=_hash(), email=f"{name}@county.example")
        for name, _unit, title, _role in PEOPLE
    ]
    bulk.insert(users, now=timezone.now())
    posts = [
        Post(unit=units[unit], title=title, role=role, holder=user, position=position)
        for position, (user, (_name, unit, title, role)) in enumerate(zip(users, PEOPLE, strict=True))
    ]
    bulk.insert(posts, now=timezone.now())
    return People(**dict(zip((name for name, *_rest in PEOPLE), users, strict=True)))
