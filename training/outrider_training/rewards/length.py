"""Whether an answer is short enough to think at the wheel."""

from typing import Any


def length_reward(answer: str, truth: dict[str, Any], *, budget: int = 600, most: int = 1200) -> float | None:
    """1 up to `budget` characters, thoughts included, then straight down to 0 at `most`. Characters, so that it needs no
    tokenizer: about 3 a token of Qwen's in JSON with numbers."""
    del truth
    return min(1.0, max(0.0, (most - len(answer)) / (most - budget)))
