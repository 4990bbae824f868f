"""Whether the right option was chosen."""

from typing import Any

from ..answers import short_answer


def choice_reward(answer: str, truth: dict[str, Any]) -> float | None:
    """Truth: `choice`: a letter, yes, no, or a phrase. 1 for that one, after the thoughts, in a box or not; else 0."""
    right = truth.get("choice")
    if right is None:
        return None
    said = short_answer(answer)
    return float(said is not None and said.casefold() == str(right).casefold())
