"""What can be wrong with a request that is otherwise allowed. Each carries a sentence for the person."""


class DispatchError(Exception):
    """Not done; `str(error)` says why and what to do."""


class Stale(DispatchError):
    """Somebody changed it since the page was made."""
