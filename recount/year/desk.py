"""Where an office's edits are made: who is there, which projects and units are taken, forms sent as a browser does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.days.periods import Period
from core.refusals import Refused
from organization.people.models import Role, User
from organization.units.models import Unit
from projects.models import MonthlyReport, Project
from projects.reports.closing import close_month, reopen_month
from projects.reports.months import is_closed
from recount.pages.browser import Browser, Missing, clock
from recount.pages.html import Node
from recount.year.play import Play
from simulation.seeds import Fate

WAN = 10_000
PLANS = (Fate.SUSPENDED, Fate.WITHDRAWN, Fate.EXCEPTION)  # what the replay will do to a project itself


@dataclass
class Desk:
    """The command office on one day of the replayed year."""

    play: Play
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def year(self) -> int:
        return self.play.year

    @property
    def office(self) -> User:
        return self.play.world.office

    @property
    def head(self) -> User:
        return self.play.world.office_head

    def person(self, role: Role) -> User:
        """Somebody of the county with that role."""
        people = User.objects.filter(is_active=True).order_by("pk")
        return next(one for one in people if one.holds(role, at=self.play.county))

    # whom it is about ------------------------------------------------------------------------------------------

    def projects(self, test: Callable[[Project], bool] = lambda one: True, **where: Any) -> Iterator[Project]:
        """Projects in their order, those first to which least was done; none that the replay has plans with."""
        fated = {pk for pk, seed in self.play.world.seeds.items() if seed.fate in PLANS}
        found = Project.objects.filter(county=self.play.county, **{"state": "active"} | where).exclude(pk__in=fated)
        rows = list(found.select_related("lead_unit", "county").order_by("pk"))
        for one in sorted(rows, key=lambda one: self.play.touched[one.pk]):
            if test(one):
                yield one

    def first(self, act: Callable[[Project], Any], found: Iterable[Project]) -> str:
        """*act* on the first of *found* that the application lets it be done to."""
        why = "nobody fits"
        for one in found:
            try:
                act(one)
            except Refused as refusal:
                why = f"{one}: {refusal.why}"
                continue
            self.play.touched.update([one.pk])
            return str(one)
        raise Refused(why)

    def leading(self) -> list[Unit]:
        """Departments that lead something and were left as they are, those that lead most first."""
        units = Unit.objects.filter(county=self.play.county, active=True, kind="department").order_by("pk")
        found = [unit for unit in units if unit.pk in self.play.world.officers and unit.pk not in self.play.moved]
        led = {unit.pk: Project.objects.filter(lead_unit=unit, state="active").count() for unit in found}
        return sorted((unit for unit in found if led[unit.pk]), key=lambda unit: (-led[unit.pk], unit.pk))

    # what it does ----------------------------------------------------------------------------------------------

    def month(self, back: int) -> Period:
        """The month that many before this one."""
        found = Period.of(self.today)
        for _n in range(back):
            found = found.previous()
        return found

    def accepted(self, period: Period) -> MonthlyReport:
        """An accepted report with works, of a project that nothing was done to yet if there is one."""
        reports = MonthlyReport.objects.filter(month=str(period), status="accepted", works__gt=0)
        for one in self.projects():
            report = reports.select_related("project__county", "project__lead_unit").filter(project=one).first()
            if report is not None:
                self.play.touched.update([one.pk])
                return report
        raise Refused(f"nobody has an accepted report of {period}")

    @contextmanager
    def opened(self, period: Period) -> Iterator[None]:
        """*period* is open meanwhile, and closed afterwards if it was."""
        was = is_closed(self.play.county, period)
        if was:
            reopen_month(self.play.county, period, by=self.office, now=self.now, reason="核实后补正数据")
        yield
        if was:
            close_month(self.play.county, period, by=self.office, now=self.now)

    def send(self, address: str, typed: dict[str, str]) -> None:
        """Opens the form at *address* and sends it with what is *typed*."""
        with clock(self.now):
            browser = Browser(self.office)
            form = _form(browser.page(address), address)
            answer = browser.client.post(address, _filled(form) | typed)
        if answer.status_code >= 400:
            raise Refused(f"{answer.status_code} {address}")


def _form(page: Node, address: str) -> Node:
    for form in page.all("form", method="post"):
        if form.attrs.get("action", "") in ("", address):
            return form
    raise Missing(f"no form at {address}")


def _filled(form: Node) -> dict[str, str]:
    """What the fields of *form* hold."""
    found: dict[str, str] = {}
    for field in form.walk():
        name = field.attrs.get("name", "")
        if field.tag == "input" and name and field.attrs.get("type") not in ("checkbox", "radio", "submit", "file"):
            found[name] = field.attrs.get("value", "")
        elif field.tag == "textarea" and name:
            found[name] = field.text(unseen=True)
        elif field.tag == "select" and name:
            chosen = next((option for option in field.all("option") if "selected" in option.attrs), None)
            found[name] = chosen.attrs.get("value", "") if chosen else ""
    return found
