"""Files from outside are opened in a process of their own that has bounds and nothing to lose (decision 13)."""
