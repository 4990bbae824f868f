"""Tiny data for tests and the smoke run: rooms of coloured blocks and roads of two rectangles, in the runtime's formats.

Not for training a model that anybody uses: `outrider dataset` writes that from drives.
"""

import random
from pathlib import Path

from .drives import PLAN_SCHEMA, perceiving, planning, predicting
from .rooms import grounding, pointing, relation, steps
from .samples import Writer

__all__ = ["PLAN_SCHEMA", "write_synthetic"]


def write_synthetic(folder: Path, *, count: int, seed: int) -> None:
    """embodied.jsonl, driving.jsonl, cot.jsonl and rl.jsonl of `count` samples each; same seed, same bytes."""
    dice = random.Random(seed)
    embodied, driving = Writer(folder, "embodied"), Writer(folder, "driving")
    cot, rl = Writer(folder, "cot"), Writer(folder, "rl")
    for index in range(count):
        (pointing, relation, grounding, steps)[index % 4](embodied, dice)
        if index % 2:
            planning(driving, dice, thinks=False)
        else:
            (perceiving, predicting)[index // 2 % 2](driving, dice)
        planning(cot, dice, thinks=True)
        planning(rl, dice, thinks=True)
    for writer in (embodied, driving, cot, rl):
        writer.close()
