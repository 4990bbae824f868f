"""Whether reinforcement raises the reward of prompts that it does not train on: each prompt compared with itself."""

import json
import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Change:
    """Mean over prompts of the reward after less the reward before, and its standard error."""

    prompts: int
    mean: float
    standard_error: float

    @property
    def is_beyond_chance(self) -> bool:
        return abs(self.mean) > 2 * self.standard_error

    def __str__(self) -> str:
        verdict = "beyond" if self.is_beyond_chance else "within"
        return f"{self.mean:+.4f} ± {self.standard_error:.4f} over {self.prompts} prompts, {verdict} two standard errors"


def change(before: Mapping[str, float], after: Mapping[str, float]) -> Change | None:
    """Of the prompts that both have; None for fewer than two."""
    differences = [after[name] - before[name] for name in before if name in after]
    if len(differences) < 2:
        return None
    error = statistics.stdev(differences) / math.sqrt(len(differences))
    return Change(len(differences), statistics.fmean(differences), error)


@dataclass
class HeldOutRewards:
    """The weighted reward of each held-out prompt, a mean of its answers, whenever the model was evaluated."""

    evaluations: list[tuple[int, dict[str, float]]] = field(default_factory=list)
    _gathered: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, prompts: Iterable[str], rewards: Iterable[float]) -> None:
        for prompt, reward in zip(prompts, rewards, strict=True):
            if not math.isnan(reward):
                self._gathered[prompt].append(reward)

    def close(self, step: int) -> None:
        """Ends the evaluation after `step` steps."""
        self.evaluations.append((step, {name: statistics.fmean(values) for name, values in sorted(self._gathered.items())}))
        self._gathered.clear()

    def changes(self) -> list[tuple[int, Change | None]]:
        """Of each evaluation, by its step, against the first."""
        return [(step, change(self.evaluations[0][1], rewards)) for step, rewards in self.evaluations]

    def lines(self) -> list[str]:
        lines = []
        for (step, rewards), (_, against) in zip(self.evaluations, self.changes(), strict=True):
            mean = statistics.fmean(rewards.values()) if rewards else math.nan
            lines.append(f"held-out reward after {step} steps: {mean:.4f}" + (f", {against}" if against and lines else ""))
        return lines

    def save(self, path: Path) -> None:
        """The steps and each prompt's reward, as JSON."""
        made = [{"step": step, "rewards": rewards} for step, rewards in self.evaluations]
        path.write_text(json.dumps(made, indent=1) + "\n")
