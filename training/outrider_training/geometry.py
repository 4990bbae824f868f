"""Flat geometry of rewards, in the ego frame: x forward, y left, origin at the rear axle; m, rad, s."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

Pose = Sequence[float]


def between(before: Pose, after: Pose, share: float) -> tuple[float, float, float]:
    """The pose at `share` of the way, the heading over the shorter arc."""
    turn = math.remainder(after[2] - before[2], 2 * math.pi)
    return (
        before[0] + share * (after[0] - before[0]),
        before[1] + share * (after[1] - before[1]),
        before[2] + share * turn,
    )


def resample(poses: Sequence[Pose], per_interval: int) -> list[tuple[float, float, float]]:
    """`per_interval` poses for each interval, both ends of the whole included."""
    fine = [between(before, after, step / per_interval) for before, after in pairwise(poses) for step in range(per_interval)]
    return [*fine, (poses[-1][0], poses[-1][1], poses[-1][2])]


def rectangle(pose: Pose, *, behind: float, ahead: float, width: float) -> np.ndarray:
    """Four corners of a box that reaches `behind` and `ahead` of a pose; 4 x 2."""
    cos, sin = math.cos(pose[2]), math.sin(pose[2])
    local = [(ahead, width / 2), (-behind, width / 2), (-behind, -width / 2), (ahead, -width / 2)]
    return np.array([(pose[0] + cos * x - sin * y, pose[1] + sin * x + cos * y) for x, y in local])


def overlap(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two convex polygons share an area: no side of either parts them."""
    for polygon in (a, b):
        edges = np.roll(polygon, -1, axis=0) - polygon
        for dx, dy in edges:
            axis = np.array([-dy, dx])
            on_a, on_b = a @ axis, b @ axis
            if on_a.max() <= on_b.min() or on_b.max() <= on_a.min():
                return False
    return True


def contains(ring: Sequence[Sequence[float]], x: float, y: float) -> bool:
    """Whether a point is inside a simple polygon: a ray to the right meets its border an odd number of times."""
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside


def cross(a: Sequence[float], b: Sequence[float], c: Sequence[float], d: Sequence[float]) -> bool:
    """Whether segment ab crosses segment cd."""

    def side(p: Sequence[float], q: Sequence[float], r: Sequence[float]) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return (side(a, b, c) > 0) != (side(a, b, d) > 0) and (side(c, d, a) > 0) != (side(c, d, b) > 0)
