"""How well a look must come through, and how much the network allows."""

from artic_abr.arrivals import ArrivalEstimator
from artic_abr.estimate import Estimate, EstimateWhy
from artic_abr.look import LookQuality, LookSource
from artic_abr.need import Need, NeedWhy, PublishedRule
from artic_abr.readability import Readability, ReadabilitySource

__all__ = [
    "ArrivalEstimator",
    "Estimate",
    "EstimateWhy",
    "LookQuality",
    "LookSource",
    "Need",
    "NeedWhy",
    "PublishedRule",
    "Readability",
    "ReadabilitySource",
]
