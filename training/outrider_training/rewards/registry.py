"""Rewards by name, as recipes name them."""

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from ..errors import TrainingError
from .boxes import boxes_reward
from .choice import choice_reward
from .comfort import comfort_reward
from .format import format_reward
from .length import length_reward
from .points import points_reward
from .trajectory import (
    action_reward,
    collision_reward,
    drivable_area_reward,
    red_light_reward,
    trajectory_reward,
)

# From an answer and its truth.
Reward = Callable[[str, dict[str, Any]], float | None]

REWARDS: dict[str, Callable[..., float | None]] = {
    "format": format_reward,
    "choice": choice_reward,
    "boxes": boxes_reward,
    "points": points_reward,
    "trajectory": trajectory_reward,
    "action": action_reward,
    "collision": collision_reward,
    "red_light": red_light_reward,
    "drivable_area": drivable_area_reward,
    "comfort": comfort_reward,
    "length": length_reward,
}


def build_reward(name: str, settings: dict[str, Any]) -> Reward:
    """The reward with its settings. Raises REWARD_UNKNOWN, REWARD_SETTING."""
    if name not in REWARDS:
        raise TrainingError("REWARD_UNKNOWN", f"a reward of {', '.join(REWARDS)}", name)
    known = [
        parameter.name
        for parameter in inspect.signature(REWARDS[name]).parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    ]
    if unknown := sorted(set(settings) - set(known)):
        raise TrainingError("REWARD_SETTING", f"settings of {name}: {', '.join(known) or 'it has none'}", ", ".join(unknown))
    return partial(REWARDS[name], **settings)
