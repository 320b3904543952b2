"""A document as pieces of known height, and which of them stands on which page."""
