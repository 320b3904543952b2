"""Reading a county's own ledger. `read_ledger` is the door; what stands behind it is pure."""

from projects.ledger.reading.reader import read_ledger
from projects.ledger.reading.sheet import Column, Ledger, LedgerError, Problem, Row

__all__ = ["Column", "Ledger", "LedgerError", "Problem", "Row", "read_ledger"]
