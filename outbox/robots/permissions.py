from __future__ import annotations

from jobs.permissions import can_see_jobs

can_send_to_groups = can_see_jobs
