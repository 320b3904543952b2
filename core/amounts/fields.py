"""Money as people type it in 万元. Stored as whole yuan."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.amounts import grammar as amounts


def read_wan(text: str) -> int | None:
    """Whole yuan from what stands in a field headed 万元; None if nothing stands there.

    The grammar is `core.amounts`'s; what isn't an amount is a ValueError with a sentence.
    """
    try:
        found = amounts.read(text)
    except amounts.TooLarge as error:
        raise ValueError(
            _("“%(text)s” is too large to be an amount in 10k yuan") % {"text": text.strip()[:40]}
        ) from error
    except ValueError as error:
        raise ValueError(_("“%(text)s” is not an amount: write 1234.5") % {"text": text.strip()[:40]}) from error
    return None if found is None else found.yuan
