"""How well boxes lie on those that are there."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from ..answers import boxes


def iou(a: Sequence[float], b: Sequence[float]) -> float:
    """Intersection over union of two boxes (x, y, x, y), lesser corner first; 0 where neither has an area."""
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(wide, 0.0) * max(high, 0.0)
    whole = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return shared / whole if whole > 0 else 0.0


def boxes_reward(answer: str, truth: dict[str, Any]) -> float | None:
    """Truth: `boxes`: [{bbox_2d, label?, view?}] in pixels of the resized image.

    IoU summed over the best one-to-one match (Hungarian), over the larger number of boxes: one too many costs as one too
    few. Boxes match only with the truth's label and view, where it has them. No box said and none there: 1.
    """
    there = truth.get("boxes")
    if there is None:
        return None
    said = boxes(answer)
    if not there or not said:
        return float(len(there) == len(said) and "[" in answer)
    table = np.zeros((len(said), len(there)))
    for row, box in enumerate(said):
        for column, real in enumerate(there):
            same = all(real.get(key) in (None, value) for key, value in (("label", box.label), ("view", box.view)))
            table[row, column] = iou(box.corners, real["bbox_2d"]) if same else 0.0
    rows, columns = linear_sum_assignment(table, maximize=True)
    return float(table[rows, columns].sum() / max(len(said), len(there)))
