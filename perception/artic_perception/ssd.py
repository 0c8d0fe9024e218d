"""SSD-MobileNetV3 on COCO, through OpenCV's own network engine.

From bytes: whoever runs it opens the files. The picture is stretched to 320x320 because the anchors
were made for that size. The network's built-in suppression leaves duplicates, so boxes of one class
that overlap are suppressed here again (greedy, intersection over union).

Source of the weights: TensorFlow detection model zoo, ssd_mobilenet_v3_large_coco_2020_01_14.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from artic_perception.detections import Detections
from artic_perception.overlap import overlaps

SIDE_PX = 320
MIN_SCORE = 0.55
MAX_IOU = 0.5


class Ssd:
    """A detector of 80 kinds of object; about 55 ms on one core."""

    def __init__(self, weights: bytes, graph: bytes, labels: tuple[str, ...]) -> None:
        """``weights`` is a frozen TensorFlow graph, ``graph`` its text form for OpenCV.

        ``labels[k]`` names the class with COCO id ``k + 1``. Raises ``ValueError`` when the bytes
        are not such a network.
        """
        try:
            self._net = cv2.dnn.readNetFromTensorflow(
                bufferModel=np.frombuffer(weights, np.uint8),
                bufferConfig=np.frombuffer(graph, np.uint8),
            )
        except cv2.error as error:
            raise ValueError(f"not a network that OpenCV can load: {error}") from error
        self._labels = labels

    def see(self, rgb: NDArray[np.uint8], min_score: float = MIN_SCORE) -> Detections:
        """Objects of a (h, w, 3) RGB picture, best first."""
        blob = cv2.dnn.blobFromImage(
            rgb, 1 / 127.5, (SIDE_PX, SIDE_PX), (127.5, 127.5, 127.5), swapRB=False
        )
        self._net.setInput(blob)
        rows = np.asarray(self._net.forward(), np.float32).reshape(-1, 7)
        rows = rows[rows[:, 2] >= min_score]
        rows = rows[np.argsort(-rows[:, 2])]
        ids = rows[:, 1].astype(int) - 1
        rows = rows[(ids >= 0) & (ids < len(self._labels))]
        boxes = np.clip(rows[:, 3:7], 0.0, 1.0)
        keep = suppress(boxes, rows[:, 1].astype(int), MAX_IOU)
        return Detections(
            boxes[keep],
            tuple(self._labels[int(rows[k, 1]) - 1] for k in keep),
            rows[keep, 2],
        )


def suppress(
    boxes: NDArray[np.float32], classes: NDArray[np.int_], max_iou: float
) -> NDArray[np.int_]:
    """Indices that stay of (n, 4) boxes, best first: one per object of a class, none empty."""
    kept: list[int] = []
    for k, (x0, y0, x1, y1) in enumerate(boxes):
        if x1 <= x0 or y1 <= y0:
            continue
        rivals = [j for j in kept if classes[j] == classes[k]]
        if not rivals or overlaps(boxes[[k]], boxes[rivals]).max() <= max_iou:
            kept.append(k)
    return np.array(kept, np.int_)
