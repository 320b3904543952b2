from __future__ import annotations

from dataclasses import dataclass

from organization.people.models import Role
from organization.profiles.rules import Section


@dataclass(frozen=True)
class AccountRules:
    second_factor: tuple[Role, ...] = ()  # who signs in with a code besides the password


RULES = (Section("accounts", AccountRules),)
