"""Who may do what in the registry: `can_x(user, obj) -> Answer`, a yes or a no with the sentence that says why not.

*May you* and *is it ready* are two questions: the second is `projects.lifecycle`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from core.web.once import once
from organization.people.models import Post, Role, User
from organization.permissions import UNIT_ROLES, YES, Answer, works_for
from organization.profiles.rules import Rules, rules_of
from organization.units.models import Unit
from projects.registry.models import Project
from projects.rules import ApprovalRules, EntryRules, kind_name


def can_see_project(user: User, project: Project) -> Answer:
    if Project.objects.visible_to(user).filter(pk=project.pk).exists():
        return YES
    return Answer(False, _("This project is another unit's"))


def can_register(user: User, county: Unit | None) -> Answer:
    """Put a project on file in *county*: its office for all, officers and unit heads for their own unit."""
    if county is None or not user.roles_in(county):
        return Answer(False, _("Only people of the county put projects on file"))
    if user.holds(Role.OFFICE, *UNIT_ROLES, at=county):
        return YES
    return Answer(
        False, _("Projects are put on file by the command office or by the officer of the unit that leads them")
    )


def can_edit_project(user: User, project: Project) -> Answer:
    """Change facts, plan, approvals: the office, the officer and head of the lead unit."""
    if user.is_office_of(project.county_id) or works_for(user, project.lead_unit):
        return YES
    return Answer(
        False,
        _("Only %(unit)s, which leads the project, and the command office change its facts")
        % {"unit": project.lead_unit},
    )


def confirming_role(county: Unit | int) -> str:
    """The role whose holders confirm entries into the statistics: what the county's file says, and the command office
    where nobody holds such a post."""
    place = county if isinstance(county, Unit) else Unit.objects.get(pk=county)
    role = rules_of(place)[EntryRules].confirmed_by
    held = Post.objects.filter(unit__county=place, role=role, active=True, holder__is_active=True)
    return role if held.exists() else Role.OFFICE


def can_confirm_entry(user: User, county: Unit | int) -> Answer:
    """Say that a project is in the statistics."""
    role = confirming_role(county)
    if user.holds(role, at=county):
        return YES
    if role == Role.OFFICE:
        return Answer(False, _("The command office confirms entries into the statistics. Propose it"))
    return Answer(False, _("The statistics reviewer confirms entries into the statistics. Propose it"))


def can_change_entry_day(user: User, project: Project) -> Answer:
    """Change since when *project* is in the statistics: who confirms entries. Who edits the project corrects a day
    that is on file and that the statistics side hasn't confirmed."""
    if may := can_confirm_entry(user, project.county):
        return YES
    if project.entered_on is None:
        return may
    if not Project.objects.entry_confirmed().filter(pk=project.pk).exists():
        return can_edit_project(user, project)
    if confirming_role(project.county) == Role.OFFICE:
        return Answer(False, _("This entry into the statistics is confirmed: only the command office changes its day"))
    said = _("This entry into the statistics is confirmed: only the statistics reviewer changes its day")
    return Answer(False, said)


def can_edit_facts(user: User, project: Project, names: Collection[str] = ()) -> Answer:
    """Change the facts *names*: who edits the project; the day of the entry alone, also who confirms entries."""
    if set(names) == {"entered_on"} and can_confirm_entry(user, project.county):
        return YES
    return can_edit_project(user, project)


def authorities(county: Unit | int, rules: Rules | None = None) -> dict[str, Unit]:
    """The units that give approvals, by kind, where the county names one and somebody holds its approver's post."""
    key = county.pk if isinstance(county, Unit) else county
    return once(("authorities", key), lambda: _authorities(county, rules))


def _authorities(county: Unit | int, rules: Rules | None) -> dict[str, Unit]:
    place = county if isinstance(county, Unit) else Unit.objects.get(pk=county)
    named = (rules or rules_of(place))[ApprovalRules].authority
    if not named:
        return {}
    held = Post.objects.filter(role=Role.APPROVER, active=True, holder__is_active=True)
    units = list(Unit.objects.filter(county=place, posts__in=held).distinct())
    by_code = {unit.code: unit for unit in units}
    for code in set(named.values()) - by_code.keys():  # perhaps merged into another one
        if unit := Unit.objects.filter(county=place, posts__in=held).standing_for(code).first():
            by_code[code] = unit
    return {kind: by_code[code] for kind, code in named.items() if code in by_code}


def can_record_approval(
    user: User, project: Project, kind: str = "", given: Mapping[str, Unit] | None = None
) -> Answer:
    """Put an approval of *kind* on file: the approver of the unit that gives it, and the command office, which says
    why; who may edit the project where the county names no such unit. *given* are the `authorities`, if known."""
    unit = (authorities(project.county) if given is None else given).get(kind)
    if unit is None:
        return can_edit_project(user, project)
    if works_for(user, unit, Role.APPROVER) or user.is_office_of(project.county_id):
        return YES
    said = {"kind": kind_name(project.county, kind), "unit": unit}
    return Answer(False, _("“%(kind)s” is put on file by %(unit)s, which gives it") % said)


def can_set_sponsors(user: User, project: Project) -> Answer:
    """Say which leaders answer for a project: the office."""
    if user.is_office_of(project.county_id):
        return YES
    return Answer(False, _("Only the command office says which leaders answer for a project"))


def can_change_lead_unit(user: User, project: Project) -> Answer:
    if user.is_office_of(project.county_id):
        return YES
    return Answer(False, _("Only the command office hands a project to another unit"))


def can_correct_months(user: User, project: Project) -> Answer:
    """Let a fact count in months that are closed: the office, with a reason."""
    if user.is_office_of(project.county_id):
        return YES
    return Answer(False, _("Only the command office corrects closed months"))
