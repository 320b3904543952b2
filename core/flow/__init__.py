"""A record that moves through gates: a project, a bid, a lead.

Such a record is its table (`models.Record`, and `models.Change` for the dated rows), its gates (`gates.Gate` in a
`ladder.Ladder`) and its words (`way.Words`). Steps, locks, versions, exceptions, reasons, history and what still
blocks it are here, once.
"""
