"""Driving samples written again, with plans as the checkpoint's own head says them (guides.py).

A true plan holds much that nobody can foresee, and a decoder that has to spell it learns to guess at every digit. What the
head says is all that the tokens before the answer know, and no more: digits can learn to write just that. The head goes on
being told the truth, which stays beside it.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from .checkpoint import GUIDES_FILE, check_start
from .errors import TrainingError
from .guides import PLAN, POSE_SCALE, POSES, REASONS, SPEEDS, answer_of, tells_plan
from .recipe import Recipe
from .records import read_records
from .runner import add_guides, load_model, load_processor
from .sharing import Blanks, GroupCollator
from .spans import attention_inputs

# Frame sets at a time: enough for the tower's products, and little memory.
_BATCH = 12


def spell(recipe: Recipe, start: Path, source: Path, target: Path, *, part: tuple[int, int] = (1, 1)) -> int:
    """Writes the samples of `source` whose frame set has a plan to `target`, and gives their number. `part`: (i, n) takes the
    ith of n equal shares of the frame sets, counted from 1, so that each core can write a file of its own. Raises
    MODEL_MISSING, GUIDES_MISSING, DATA_MISSING, DATA_UNREADABLE."""
    check_start(start)
    if recipe.guides is None or not (start / GUIDES_FILE).is_file():
        found = "a recipe without guides" if recipe.guides is None else f"none in {start}"
        raise TrainingError("GUIDES_MISSING", f"{GUIDES_FILE} of a stage that was trained with guides", found)
    torch.set_num_threads(recipe.threads)
    processor, _ = load_processor(start, recipe)
    model = load_model(start, recipe)
    add_guides(model, start, recipe)
    model.eval()
    collate = GroupCollator(processor, Blanks(), guided=True, answers=False)
    index, count = part
    groups = [group for group in _groups(source) if any(map(_is_plan, group))][index - 1 :: count]
    written = 0
    with target.open("w", encoding="utf-8") as lines:
        for begin in range(0, len(groups), _BATCH):
            samples = [sample for group in groups[begin : begin + _BATCH] for sample in group]
            said = iter(_said(model, collate, list(filter(_is_plan, samples)), source.parent))
            for sample in samples:
                again = {**sample, "images": [_moved(path, source, target) for path in sample["images"]]}
                lines.write(json.dumps(_with_plan(again, next(said)) if _is_plan(sample) else again) + "\n")
            written += len(samples)
            print(f"frame sets: {min(begin + _BATCH, len(groups))} of {len(groups)}", flush=True)
    return written


def _said(model: Any, collate: GroupCollator, plans: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """Speed, reason and poses that the head says before each of the plans."""
    rows = [{"group": [{**plan, "images": [str(folder / path) for path in plan["images"]]}]} for plan in plans]
    inputs = collate(rows)
    spans, aims = inputs.pop("spans"), inputs.pop("aims")
    inputs.pop("labels")
    attention = attention_inputs(spans, inputs["input_ids"].device)
    with torch.no_grad():
        model.model(**inputs, **attention, use_cache=False)
        before = model.guides.seen["plan"][0, aims.turns]
        poses = (model.guides.plan(before) * POSE_SCALE).view(-1, POSES, 3)
        speeds, reasons = model.guides.words(before).split([len(SPEEDS), len(REASONS)], dim=-1)
    words = zip(speeds.argmax(-1).tolist(), reasons.argmax(-1).tolist(), poses.tolist(), strict=True)
    return [{"speed": SPEEDS[speed], "reason": REASONS[reason], "poses": pose} for speed, reason, pose in words]


def _with_plan(sample: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """The sample's path is kept: the head says none, and the route tells it."""
    *asked, message = sample["messages"]
    answer = answer_of(sample)
    poses = ",".join("[" + ",".join(map(_hundredths, pose)) + "]" for pose in said["poses"])
    speed, path, reason = (json.dumps(word) for word in (said["speed"], answer["path"], said["reason"]))
    text = f'{{"speed":{speed},"path":{path},"poses":[{poses}],"reason":{reason}}}'
    return {
        **sample,
        "messages": [*asked, {**message, "content": [{"type": "text", "text": text}]}],
        "truth": {**sample["truth"], "reason": answer["reason"]},
    }


def _hundredths(value: float) -> str:
    """As the runtime writes a number of a plan."""
    return f"{round(value, 2) + 0.0:.2f}"


def _is_plan(sample: dict[str, Any]) -> bool:
    return sample["task"] == PLAN and tells_plan(sample)


def _moved(path: str, source: Path, target: Path) -> str:
    return os.path.relpath(source.parent / path, target.parent)


def _groups(source: Path) -> Iterator[list[dict[str, Any]]]:
    """Samples of a frame set, in the file's order; checked as a training checks them."""
    groups: dict[str, list[dict[str, Any]]] = {}
    with source.open(encoding="utf-8") as lines:
        filled = (line for line in lines if line.strip())
        for record, line in zip(read_records(source), filled, strict=True):
            groups.setdefault(record.group, []).append(json.loads(line))
    yield from groups.values()
