"""What is in the picture, within the time we can afford."""

from artic_perception.detections import Detections
from artic_perception.sampler import Glance, Sampler

__all__ = ["Detections", "Glance", "Sampler"]
