"""Reading a county's own ledger. `read_ledger` is the door; what stands behind it is pure."""

from projects.ledger.reading.reader import ledger_in, read_ledger, sheets_of
from projects.ledger.reading.sheet import Column, Ledger, LedgerError, Problem, Row

__all__ = ["Column", "Ledger", "LedgerError", "Problem", "Row", "ledger_in", "read_ledger", "sheets_of"]
