"""Which of an answer's tokens write which pose of its plan, and which box."""

import re

_POSE = re.compile(r"\[(-?\d+\.\d+),(-?\d+\.\d+),(-?\d+\.\d+)\]")
_BOX = re.compile(r"\[(\d+),(\d+),(\d+),(\d+)\]")

# The place of the token behind which the next piece of some numbers stands, and all of those numbers.
Written = list[tuple[int, tuple[float, ...]]]


def poses_written(answer: str, begins: list[int]) -> Written:
    """x, y, heading of the poses of a plan (m, rad): in answers of ours whatever three numbers with decimals stand in brackets.
    `begins`: of the answer's tokens, in characters; place 0 is the last token of the prompt."""
    return _numbers_written(_POSE, answer, begins)


def boxes_written(answer: str, begins: list[int]) -> Written:
    """The same of boxes: left, top, right, bottom, px of the resized image."""
    return _numbers_written(_BOX, answer, begins)


def _numbers_written(pattern: re.Pattern[str], answer: str, begins: list[int]) -> Written:
    found: Written = []
    for match in pattern.finditer(answer):
        numbers = tuple(float(number) for number in match.groups())
        places = [place for place, begin in enumerate(begins) if match.start() < begin < match.end()]
        found += [(place, numbers) for place in places]
    return found
