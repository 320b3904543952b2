"""The demonstration county's accounts. They exist where `manage.py simulate` made them, and nowhere else."""

from __future__ import annotations

# Known to everybody who can read this: good for a demonstration, and `manage.py people --close` ends it.
PASSWORD = "Gongjian-2026"  # noqa: S105
