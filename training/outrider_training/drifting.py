"""Plans whose beginning has drifted: what a model reads of its own answer while it writes on.

Whoever learns to write a plan behind a right one learns that the next pose is the last one and as far again, and looks up no
more: at the wheel one wrong digit, and all that follow go on from it. Here the poses that stand before are a little wrong, and
what has to be written next is right all the same.
"""

import random
import re
from dataclasses import dataclass

_POSES = re.compile(r'"poses":\[\[.*?\]\]')
_NUMBER = re.compile(r"-?\d+\.\d\d")
_PERIOD_S = 0.5
# How far accelerations are off, ahead and to the left, and how fast the heading turns away (standard deviations; m/s^2, rad/s).
_AHEAD_MPS2, _LEFT_MPS2, _TURN_RADPS = 1.2, 0.15, 0.02


@dataclass(frozen=True)
class Drifts:
    """In which share of the plans the poses that are read drift from those that are to be written."""

    share: float = 0.0

    def of(self, answer: str, sample_id: str) -> str:
        """The answer as it is read; the same for a sample each time. Numbers keep their length, so that tokens keep their
        places: those that would grow, shrink or change their sign stay as they are."""
        dice = random.Random(f"{sample_id} drifts")
        found = _POSES.search(answer)
        if dice.random() >= self.share or not found:
            return answer
        ahead, left, turn = dice.gauss(0, _AHEAD_MPS2), dice.gauss(0, _LEFT_MPS2), dice.gauss(0, _TURN_RADPS)
        counted = iter(range(len(answer)))

        def drifted(number: re.Match[str]) -> str:
            pose, axis = divmod(next(counted), 3)
            time_s = (pose + 1) * _PERIOD_S
            moved = (ahead * time_s**2 / 2, left * time_s**2 / 2, turn * time_s)[axis]
            text = f"{float(number[0]) + moved:.2f}"
            return text if len(text) == len(number[0]) and text[0].isdigit() == number[0][0].isdigit() else number[0]

        return answer[: found.start()] + _NUMBER.sub(drifted, found[0]) + answer[found.end() :]


def misread(answer: str, read: str, begins: list[int]) -> list[bool]:
    """Of each token of the answer, whether the number that it goes on with was read otherwise before it: what to write then
    nobody can say. `begins`: of the tokens, in characters; the same for both."""
    starts = {place: number.start() for number in _NUMBER.finditer(answer) for place in range(number.start(), number.end())}
    return [begin in starts and answer[starts[begin] : begin] != read[starts[begin] : begin] for begin in begins]
