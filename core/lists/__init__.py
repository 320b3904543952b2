"""Lists: a list is a declaration (`spec.ListSpec`), an address (`urls.paths`) and an entry of the navigation.

All that people expect of a list comes with it: filters in the address, views on tabs with their counts, saved views,
a choice of columns that is remembered, order, totals, pages, cards on a phone, and the same rows as xlsx and csv.
"""
