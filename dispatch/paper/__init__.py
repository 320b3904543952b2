"""Official documents on paper: one description of a document, set as PDF, Word or Excel.

Nothing here knows of projects, requests, databases or the clock. `document` says what a document is, `lines`
breaks text into lines as GB/T 9704—2012 wants them, `html` sets the page, `pdf`, `word` and `excel` write
files.
"""
