"""Reads answers as the runtime's parsers do: after a think block, in a code fence, between prose, in `\\boxed{}`."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# MiMo-Embodied's evaluation reads the same: the last box, one level of braces inside it.
_BOXED = re.compile(r"\\boxed\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}")
_LETTER_FIRST = re.compile(r"^\(?([A-H])(?:[).:]|$)", re.IGNORECASE)
_LETTER_NAMED = re.compile(r"\b(?:answer|option|choice)\b[^A-Za-z]*(?:is\b[^A-Za-z]*)?\(?([A-H])(?![A-Za-z])", re.IGNORECASE)
_YES_NO = re.compile(r"^(yes|no)\b", re.IGNORECASE)
_NUMBER = r"\s*(-?\d+(?:\.\d+)?)\s*"
_IN_BRACKETS = re.compile(rf"\[{_NUMBER},{_NUMBER}\]")
_IN_PARENTHESES = re.compile(rf"\({_NUMBER},{_NUMBER}\)")


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not JSON, although Python reads it")


_DECODER = json.JSONDecoder(parse_constant=_no_number)
# More openings than this in one answer are noise, and each costs a scan.
_OPENINGS_TRIED = 64


@dataclass(frozen=True)
class Thought:
    """`thoughts`: what stands in think blocks; `answer`: what stands after the last, None where one never ends."""

    thoughts: str
    answer: str | None


def take_apart(text: str) -> Thought:
    head, mark, tail = text.rpartition("</think>")
    if mark and "<think>" not in tail:
        return Thought(re.sub(r"</?think>", "", head).strip(), tail)
    if "<think>" in text:
        return Thought(re.sub(r"</?think>", "", text).strip(), None)
    return Thought("", text)


def json_values(text: str) -> Iterator[Any]:
    """Every outermost JSON object or list in a text, in order."""
    at = 0
    for _ in range(_OPENINGS_TRIED):
        if (start := _next_opening(text, at)) is None:
            return
        try:
            value, at = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            at = start + 1
        else:
            yield value


def _next_opening(text: str, at: int) -> int | None:
    found = [index for index in (text.find("{", at), text.find("[", at)) if index >= 0]
    return min(found, default=None)


def last_object(text: str, *keys: str) -> dict[str, Any] | None:
    """The last object that has all the keys: what stands before it is the model talking to itself."""
    found = None
    for value in json_values(text):
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and all(key in item for key in keys):
                found = item
    return found


def last_boxed(text: str) -> str | None:
    boxes = _BOXED.findall(text)
    return boxes[-1] if boxes else None


def short_answer(text: str) -> str | None:
    """`A`, `yes`, `no`, or the phrase itself; from the last box after the thoughts, else from all that stands there."""
    answer = take_apart(text).answer
    if answer is None:
        return None
    boxed = last_boxed(answer)
    phrase = (answer if boxed is None else boxed).strip()
    phrase = re.sub(r"^\\text\{(.*)\}$", r"\1", phrase, flags=re.DOTALL).strip().strip('"').strip()
    letter = _LETTER_FIRST.search(phrase) or _LETTER_NAMED.search(phrase)
    if letter:
        return letter.group(1).upper()
    word = _YES_NO.search(phrase)
    return word.group(1).lower() if word else phrase or None


def points(text: str) -> list[tuple[float, float]]:
    """As MiMo-Embodied's evaluation reads points: `points` of JSON objects, else all pairs in brackets, else in parentheses."""
    answer = take_apart(text).answer or ""
    items = [item for value in json_values(answer) for item in (value if isinstance(value, list) else [value])]
    named = [item["points"] for item in items if isinstance(item, dict) and isinstance(item.get("points"), list)]
    if named:
        return [(float(p[0]), float(p[1])) for found in named for p in found if _is_numbers(p, 2)]
    for pattern in (_IN_BRACKETS, _IN_PARENTHESES):
        if pairs := pattern.findall(answer):
            return [(float(x), float(y)) for x, y in pairs]
    return []


@dataclass(frozen=True)
class Box:
    corners: tuple[float, float, float, float]
    label: str | None = None
    view: str | None = None


def boxes(text: str) -> list[Box]:
    """Every `bbox_2d` of an answer, however deep; corners in order. x, y, x, y of the resized image."""
    found: list[Box] = []

    def visit(value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                visit(item)
        elif isinstance(value, dict):
            if _is_numbers(corners := value.get("bbox_2d"), 4):
                found.append(Box(_ordered(corners), _text(value.get("label")), _text(value.get("view"))))
            else:
                for item in value.values():
                    visit(item)

    for value in json_values(take_apart(text).answer or ""):
        visit(value)
    return found


def _is_numbers(value: Any, count: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) == count
        and all(isinstance(v, int | float) and not isinstance(v, bool) and abs(v) < 1e9 for v in value)
    )


def _ordered(corners: list[float]) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = corners
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


POSES = 8
POSE_PERIOD_S = 0.5


@dataclass(frozen=True)
class Plan:
    speed: str
    path: str
    # 8 x (x m, y m, heading rad) at 0.5 … 4.0 s, in the ego frame now.
    poses: tuple[tuple[float, float, float], ...]


def plan(text: str) -> Plan | None:
    """The plan of a driving answer; None when it is not one."""
    found = last_object(take_apart(text).answer or "", "speed", "path", "poses")
    if not found or not isinstance(found["speed"], str) or not isinstance(found["path"], str):
        return None
    poses = found["poses"]
    if not isinstance(poses, list) or len(poses) != POSES or not all(_is_numbers(pose, 3) for pose in poses):
        return None
    return Plan(found["speed"], found["path"], tuple((float(x), float(y), float(h)) for x, y, h in poses))
