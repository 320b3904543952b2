"""The lists of this app, gathered by `core.lists.spec.all_lists`."""

from dispatch.outbox_list import OUTBOX
from dispatch.problem_list import PROBLEMS
from dispatch.round_list import ROUNDS

LISTS = (PROBLEMS, ROUNDS, OUTBOX)
