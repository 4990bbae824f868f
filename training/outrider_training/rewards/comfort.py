"""Whether a plan is comfortable, by nuPlan's limits."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..answers import POSE_PERIOD_S
from .trajectory import HERE, _gated

# nuPlan's comfort metric (ego_is_comfortable), from expert drives; m/s^2, m/s^3, rad/s, rad/s^2.
LONGITUDINAL_MIN_MPS2 = -4.05
LONGITUDINAL_MAX_MPS2 = 2.40
LATERAL_MPS2 = 4.89
JERK_MPS3 = 8.37
LONGITUDINAL_JERK_MPS3 = 4.13
YAW_RATE_RADPS = 0.95
YAW_ACCELERATION_RADPS2 = 1.93


@dataclass(frozen=True)
class Motion:
    """Finite differences of poses; each array has a value for each pair of its neighbours in time."""

    longitudinal: np.ndarray
    lateral: np.ndarray
    jerk: np.ndarray
    longitudinal_jerk: np.ndarray
    yaw_rate: np.ndarray
    yaw_acceleration: np.ndarray


def motion(poses: list[tuple[float, float, float]], speed_mps: float) -> Motion:
    """Motion along poses 0.5 s apart, the first half a second from now, where the car has its speed straight ahead."""
    track = np.array([HERE, *poses], dtype=float)
    headings = np.unwrap(track[:, 2])
    # Speeds over an interval are those of its middle; the measured one is of its beginning.
    velocities = np.vstack([(speed_mps, 0.0), np.diff(track[:, :2], axis=0) / POSE_PERIOD_S])
    moments = np.concatenate([[0.0], (np.arange(len(poses)) + 0.5) * POSE_PERIOD_S])
    accelerations = np.diff(velocities, axis=0) / np.diff(moments)[:, None]
    middles = (moments[1:] + moments[:-1]) / 2
    jerks = np.diff(accelerations, axis=0) / np.diff(middles)[:, None]
    at = np.interp(middles, np.arange(len(track)) * POSE_PERIOD_S, headings)
    ahead = np.stack([np.cos(at), np.sin(at)], axis=1)
    aside = np.stack([-np.sin(at), np.cos(at)], axis=1)
    longitudinal = (accelerations * ahead).sum(axis=1)
    yaw_rate = np.diff(headings) / POSE_PERIOD_S
    return Motion(
        longitudinal=longitudinal,
        lateral=(accelerations * aside).sum(axis=1),
        jerk=np.linalg.norm(jerks, axis=1),
        longitudinal_jerk=np.diff(longitudinal) / np.diff(middles),
        yaw_rate=yaw_rate,
        yaw_acceleration=np.diff(yaw_rate) / POSE_PERIOD_S,
    )


def comfort_reward(answer: str, truth: dict[str, Any]) -> float | None:
    """Truth: `poses`, `ego_speed`: m/s now. The share of nuPlan's six limits that hold; 0 without a plan that drives."""
    if truth.get("ego_speed") is None:
        return None
    said = _gated(answer, truth)
    if said is None:
        return 0.0
    found = motion(list(said.poses), truth["ego_speed"])
    kept = [
        found.longitudinal.min() >= LONGITUDINAL_MIN_MPS2 and found.longitudinal.max() <= LONGITUDINAL_MAX_MPS2,
        np.abs(found.lateral).max() <= LATERAL_MPS2,
        found.jerk.max() <= JERK_MPS3,
        np.abs(found.longitudinal_jerk).max() <= LONGITUDINAL_JERK_MPS3,
        np.abs(found.yaw_rate).max() <= YAW_RATE_RADPS,
        np.abs(found.yaw_acceleration).max() <= YAW_ACCELERATION_RADPS2,
    ]
    return float(np.mean(kept))
