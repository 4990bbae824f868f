"""What a reward has to say: one that is the same for all answers of a group teaches nothing."""

import math
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class RewardStatistics:
    count: int
    mean: float
    spread: float
    # Of groups (answers to one prompt), those whose answers all got the same; 1 teaches nothing.
    zero_variance_share: float

    def __str__(self) -> str:
        share = f"{100 * self.zero_variance_share:.0f} %"
        return f"mean {self.mean:.3f}, spread {self.spread:.3f}, {share} of groups without variance ({self.count} answers)"


def reward_statistics(values: Sequence[float | None], groups: Sequence[str]) -> RewardStatistics | None:
    """Of the answers that the reward judges; None when it judges none."""
    by_group: dict[str, list[float]] = defaultdict(list)
    for value, group in zip(values, groups, strict=True):
        if value is not None:
            by_group[group].append(value)
    judged = [value for group in by_group.values() for value in group]
    if not judged:
        return None
    flat = sum(1 for group in by_group.values() if max(group) - min(group) < 1e-9)
    return RewardStatistics(len(judged), statistics.fmean(judged), statistics.pstdev(judged), flat / len(by_group))


class RewardMeter:
    """Follows one reward through a run, and says when it has been constant for `patience` batches."""

    def __init__(self, name: str, patience: int = 5) -> None:
        self.name = name
        self.history: list[RewardStatistics] = []
        # Off while what is held out is judged, which belongs into no curve of the training.
        self.running = True
        self._patience = patience
        self._constant = 0
        self._value = math.nan

    def record(self, values: Sequence[float | None], groups: Sequence[str]) -> tuple[RewardStatistics | None, str | None]:
        """Statistics of a batch, and a warning once for each `patience` batches in which nothing differed."""
        found = reward_statistics(values, groups)
        if found is None:
            return None, None
        if not self.running:
            return found, None
        self.history.append(found)
        same = found.spread < 1e-9 and (self._constant == 0 or abs(found.mean - self._value) < 1e-9)
        self._constant = self._constant + 1 if same else int(found.spread < 1e-9)
        self._value = found.mean
        if self._constant == 0 or self._constant % self._patience:
            return found, None
        return found, (
            f"reward {self.name} was {found.mean:.3f} for every answer of {self._constant} batches: it teaches nothing. "
            "Always 0: do the answers parse, and are truth and answer in the same pixels? Always 1: is it too easy?"
        )
