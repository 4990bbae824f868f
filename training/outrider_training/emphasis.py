"""How much more often a frame set comes than others: what a driver seldom meets, and must not get wrong."""

import json
from collections.abc import Sequence
from typing import Any

from .recipe import Emphasis


def times(emphases: Sequence[Emphasis], answers: dict[str, str], meta: dict[str, Any]) -> float:
    """Of a group, the most of those that fit, 1 where none does. `answers`: by task; `meta`: as record.schema.json has it."""
    return max((one.times for one in emphases if _fits(one, answers, meta)), default=1.0)


def _fits(one: Emphasis, answers: dict[str, str], meta: dict[str, Any]) -> bool:
    if one.hard_m is not None and (meta.get("constant_velocity_ade_m") or 0.0) < one.hard_m:
        return False
    if one.reasons and _said(answers.get("driving/plan", "")).get("reason") not in one.reasons:
        return False
    lights = _said(answers.get("driving/perception", "")).get("traffic_lights", [])
    return not one.lights or any(light["state"] in one.lights for light in lights)


def _said(answer: str) -> dict[str, Any]:
    # Behind thoughts, if there are any.
    return json.loads(answer[answer.find("{") :]) if "{" in answer else {}
