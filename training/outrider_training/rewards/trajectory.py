"""How well a plan drives: near to what a good driver did, hitting nothing, past no red light, on the road.

Truths are in the ego frame now (origin at the rear axle, x forward, y left; m, rad, s), poses at 0.5 … 4.0 s.
"""

import math
from itertools import pairwise
from typing import Any

from ..answers import POSE_PERIOD_S, Plan, plan
from ..geometry import contains, cross, overlap, rectangle, resample

# A plan further off is no drive to grade: Alpamayo's gate for its trajectory reward; m.
GATE_ADE_M = 3.0
# Checks look every 0.1 s, as nuPlan's metrics do; between poses 0.5 s apart a car of 4 m passes through one at 10 m/s.
CHECKS_PER_POSE = 5
HERE = (0.0, 0.0, 0.0)
# A family car, as the rig file's defaults; m.
EGO = {"length": 4.3, "width": 1.8, "rear_overhang": 0.8}


def displacement(said: Plan, poses: list[list[float]]) -> tuple[float, float]:
    """Mean (ADE) and last (FDE) distance to the true poses; m."""
    errors = [math.dist(a[:2], b[:2]) for a, b in zip(said.poses, poses, strict=True)]
    return sum(errors) / len(errors), errors[-1]


def _gated(answer: str, truth: dict[str, Any]) -> Plan | None:
    """The plan, if it drives about as it should: one that stands still hits nothing and passes no light either."""
    said = plan(answer)
    if said is None:
        return None
    ade, _ = displacement(said, truth["poses"])
    return said if ade < GATE_ADE_M else None


def trajectory_reward(answer: str, truth: dict[str, Any]) -> float | None:
    """Truth: `poses`. 2/3 exp(-ADE / 1 m) + 1/3 exp(-FDE / 2 m); 0 for no plan and from an ADE of 3 m on."""
    if truth.get("poses") is None:
        return None
    said = _gated(answer, truth)
    if said is None:
        return 0.0
    ade, fde = displacement(said, truth["poses"])
    return 2 / 3 * math.exp(-ade) + 1 / 3 * math.exp(-fde / 2)


def action_reward(answer: str, truth: dict[str, Any]) -> float | None:
    """Truth: `speed` and `path`, the words of the plan. Half for each that is right."""
    if truth.get("speed") is None or truth.get("path") is None:
        return None
    said = plan(answer)
    return 0.0 if said is None else ((said.speed == truth["speed"]) + (said.path == truth["path"])) / 2


def _ego(truth: dict[str, Any]) -> tuple[float, float, float]:
    """How far the car reaches behind and ahead of its rear axle, and its width; m."""
    size = {**EGO, **truth.get("ego", {})}
    return size["rear_overhang"], size["length"] - size["rear_overhang"], size["width"]


def collision_reward(answer: str, truth: dict[str, Any]) -> float | None:
    """Truth: `poses`, `agents`: [{poses: 9 x [x, y, heading] of the centre at 0 … 4.0 s, length, width}]. 1: hits none."""
    agents = truth.get("agents")
    if agents is None:
        return None
    said = _gated(answer, truth)
    if said is None:
        return 0.0
    behind, ahead, width = _ego(truth)
    path = resample([HERE, *said.poses], CHECKS_PER_POSE)
    for agent in agents:
        half = agent["length"] / 2
        for mine, other in zip(path, resample(agent["poses"], CHECKS_PER_POSE), strict=True):
            if math.dist(mine[:2], other[:2]) > half + agent["width"] + ahead + width:
                continue
            ego = rectangle(mine, behind=behind, ahead=ahead, width=width)
            if overlap(ego, rectangle(other, behind=half, ahead=half, width=agent["width"])):
                return 0.0
    return 1.0


def red_light_reward(answer: str, truth: dict[str, Any]) -> float | None:
    """Truth: `poses`, `stop_line`: {line: [[x, y], [x, y]], until: s}. 1: the front bumper is behind the line till then."""
    stop = truth.get("stop_line")
    if stop is None:
        return None
    said = _gated(answer, truth)
    if said is None:
        return 0.0
    _, ahead, _ = _ego(truth)
    bumpers = [
        (x + ahead * math.cos(heading), y + ahead * math.sin(heading))
        for x, y, heading in resample([HERE, *said.poses], CHECKS_PER_POSE)
    ]
    until = stop.get("until", math.inf)
    for index, (before, after) in enumerate(pairwise(bumpers)):
        if index * POSE_PERIOD_S / CHECKS_PER_POSE < until and cross(before, after, *stop["line"]):
            return 0.0
    return 1.0


def drivable_area_reward(answer: str, truth: dict[str, Any]) -> float | None:
    """Truth: `poses`, `drivable`: [ring of [x, y], …]. 1: all four corners stay in one or another of the rings."""
    rings = truth.get("drivable")
    if rings is None:
        return None
    said = _gated(answer, truth)
    if said is None:
        return 0.0
    behind, ahead, width = _ego(truth)
    for pose in resample([HERE, *said.poses], CHECKS_PER_POSE)[1:]:
        for x, y in rectangle(pose, behind=behind, ahead=ahead, width=width):
            if not any(contains(ring, x, y) for ring in rings):
                return 0.0
    return 1.0
