"""A county's year replayed through the real services with a moving date; makes the demonstration county.

`seeds.py` invents projects and what will happen to them (pure, from one random seed), `year.py` lets the people
act day by day. The same profile, dates, number and seed give the same county.
"""
