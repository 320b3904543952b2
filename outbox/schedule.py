"""When mail goes out."""

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from jobs.schedule import OFTEN, Job

SAID = {"mails": _("%(n)s mails"), "notices": _("%(n)s notices in them"), "failed": _("%(n)s mails failed"),
        "groups": _("%(n)s messages to groups"), "untaken": _("%(n)s messages to groups failed")}  # fmt: skip
JOBS = (
    Job("deliver", _("Mail that is due"), "outbox.tasks.deliver", OFTEN, said=SAID),
    Job("morning", _("The morning's mail"), "outbox.tasks.morning", timedelta(days=1), time(8, 0), SAID),
)
