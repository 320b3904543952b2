"""Reading a county's own ledger. `read_ledger` is the door; what stands behind it is pure."""

from projects.ledger.model import Column, Ledger, LedgerError, Problem, Row
from projects.ledger.reader import read_ledger

__all__ = ["Column", "Ledger", "LedgerError", "Problem", "Row", "read_ledger"]
