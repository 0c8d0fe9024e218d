"""What is in the picture, within the time we can afford."""

from artic_perception.detections import Detections

__all__ = ["Detections"]
