from funding.bids.models import Bid, BidChange, BidQuerySet, BidStage, BidState, Channel

__all__ = [
    "Bid",
    "BidChange",
    "BidQuerySet",
    "BidStage",
    "BidState",
    "Channel",
]
