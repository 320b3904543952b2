"""PDFs that people send: one that acts by itself when it is opened isn't kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from core.fence.outside import Busy, Fell, Limits, fenced
from core.refusals import Refused

LIMITS = Limits(memory=400 * 2**20, seconds=10, patience=20, answer=2**10)


def check_paper(content: bytes, name: str) -> None:
    """Refused, with a sentence, where *content* is a PDF with a script or one that starts programs."""
    if b"%PDF" not in content[:1024]:
        return
    try:
        found = fenced("core.pictures.scripts", content, LIMITS).decode("ascii", "replace")
    except Busy as error:
        raise Refused(_("Files are being looked at just now. Send it again in a minute.")) from error
    except Fell as error:
        raise Refused(
            _("“%(name)s” can't be looked into. Print it to PDF anew and send that.") % {"name": name}
        ) from error
    if found:
        raise Refused(SENTENCES.get(found, SENTENCES["script"])() % {"name": name})


SENTENCES: Mapping[str, Callable[[], str]] = {
    "script": lambda: _("“%(name)s” has a script in it and isn't kept. Print it to PDF anew and send that."),
    "launch": lambda: _("“%(name)s” starts a program when it is opened and isn't kept. Print it to PDF anew."),
}
