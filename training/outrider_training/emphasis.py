"""How much more often a frame set comes than others: what a driver seldom meets, and must not get wrong."""

from collections.abc import Sequence
from typing import Any

from .answers import json_values, take_apart
from .recipe import Emphasis


def times(emphases: Sequence[Emphasis], answers: dict[str, str], meta: dict[str, Any]) -> float:
    """Of a group, the most of those that fit, 1 where none does. `answers`: by task; `meta`: as record.schema.json has it."""
    if not emphases:
        return 1.0
    plan, seen = (_said(answers.get(task, "")) for task in ("driving/plan", "driving/perception"))
    reason, off_m = plan.get("reason"), meta.get("constant_velocity_ade_m") or 0.0
    states = {light["state"] for light in seen.get("traffic_lights", [])}

    def fits(one: Emphasis) -> bool:
        return (
            (one.hard_m is None or off_m >= one.hard_m)
            and (not one.reasons or reason in one.reasons)
            and (not one.lights or not states.isdisjoint(one.lights))
        )

    return max((one.times for one in emphases if fits(one)), default=1.0)


def _said(answer: str) -> dict[str, Any]:
    said: dict[str, Any] = next(json_values(take_apart(answer).answer or ""), {})
    return said
