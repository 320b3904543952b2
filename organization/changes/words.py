"""A change of a unit in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from organization.changes.models import Kind, UnitChange


def in_words(change: UnitChange) -> str:
    """What the change does, or did: one sentence without the day."""
    old = change.old_name or change.unit.name
    names: dict[str, Any] = {
        "old": old,
        "new": change.new_name,
        "into": change.into.name if change.into else "",
        "place": change.new_parent.name if change.new_parent else "",
    }
    match change.kind:
        case Kind.RENAME:
            return _("%(old)s is called %(new)s") % names
        case Kind.MOVE:
            return _("%(old)s stands below %(place)s") % names
        case Kind.MERGE:
            return _("%(old)s is merged into %(into)s") % names
    if change.into:
        return _("%(old)s is closed; %(into)s does its work") % names
    return _("%(old)s is closed") % names
