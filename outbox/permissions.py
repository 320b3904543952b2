from __future__ import annotations

from jobs.permissions import can_see_jobs

can_send_again = can_see_jobs
