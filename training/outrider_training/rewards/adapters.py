"""The same rewards in the signatures of TRL, EasyR1 and ms-swift."""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from .meter import RewardMeter
from .registry import Reward


def completion_text(completion: Any) -> str:
    """TRL hands a string, or messages whose content is a string or parts."""
    if isinstance(completion, str):
        return completion
    parts = completion[-1]["content"]
    return parts if isinstance(parts, str) else "".join(part.get("text") or "" for part in parts)


def trl_reward(
    name: str,
    reward: Reward,
    meter: RewardMeter,
    warn: Callable[[str], None] = lambda text: print(text, file=sys.stderr),
) -> Callable[..., list[float | None]]:
    """TRL's: columns come as lists. Reads `truth` (a JSON text) and `sample_id`, which names the group."""

    def judge(
        completions: list[Any],
        truth: list[str],
        sample_id: list[str],
        log_metric: Callable[[str, float], None] | None = None,
        **_: Any,
    ) -> list[float | None]:
        values = [
            reward(completion_text(completion), json.loads(each)) for completion, each in zip(completions, truth, strict=True)
        ]
        found, warning = meter.record(values, sample_id)
        if found and log_metric:
            log_metric(f"rewards/{name}/zero_variance_share", found.zero_variance_share)
        if warning:
            warn(warning)
        return values

    judge.__name__ = name
    return judge


def easyr1_score(weighted: Mapping[str, tuple[Reward, float]]) -> Callable[[dict[str, Any]], dict[str, float]]:
    """EasyR1's sequential signature: {response, ground_truth} to {overall, and each part}."""

    def score(reward_input: dict[str, Any]) -> dict[str, float]:
        truth = json.loads(reward_input["ground_truth"])
        parts = {name: reward(reward_input["response"], truth) for name, (reward, _) in weighted.items()}
        judged = {name: value for name, value in parts.items() if value is not None}
        return {"overall": sum(weighted[name][1] * value for name, value in judged.items()), **judged}

    return score


def swift_orm(reward: Reward) -> type:
    """ms-swift's ORM: an object called with completions and columns. Register it as `orms[name] = swift_orm(…)`."""

    class OutriderReward:
        def __init__(self, *_: Any, **__: Any) -> None:
            pass

        def __call__(self, completions: list[str], truth: list[str], **_: Any) -> list[float]:
            # ms-swift sums plain numbers: a reward that does not judge a sample adds nothing.
            return [reward(text, json.loads(each)) or 0.0 for text, each in zip(completions, truth, strict=True)]

    return OutriderReward
