"""What has to hold of the data before the first step: most runs that failed elsewhere failed on one of these."""

import json
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from . import answers
from .errors import TrainingError
from .recipe import Recipe
from .records import Record
from .space import image_tokens, smart_resize, to_resized

# Enough to see a pattern.
_SHOWN = 12


@dataclass(frozen=True)
class Pixels:
    """What the processor resizes with; `factor` is patch x merge."""

    smallest: int
    largest: int
    factor: int

    def resized(self, size: tuple[int, int], largest: int | None = None) -> tuple[int, int]:
        return smart_resize(
            *size, min_pixels=self.smallest, max_pixels=min(self.largest, largest or self.largest), factor=self.factor
        )


@dataclass(frozen=True)
class Prepared:
    """A sample that passed, and what was measured on the way."""

    record: Record
    # In pixels of the resized images.
    truth: dict[str, Any]
    tokens: int
    image_tokens: int


@dataclass(frozen=True)
class DataReport:
    samples: int
    tasks: dict[str, int]
    tokens: tuple[int, int, int]
    image_tokens: tuple[int, int, int]
    coordinates: str | None

    def __str__(self) -> str:
        tasks = ", ".join(f"{name} {count}" for name, count in sorted(self.tasks.items()))
        return (
            f"{self.samples} samples ({tasks}); tokens median {self.tokens[0]}, 95 % {self.tokens[1]}, most "
            f"{self.tokens[2]}; of images median {self.image_tokens[0]}, most {self.image_tokens[2]}; "
            f"coordinates: {self.coordinates or 'none'}"
        )


def check(records: list[Record], recipe: Recipe, processor: Any, pixels: Pixels) -> tuple[list[Prepared], DataReport]:
    """Every sample, prepared. Raises DATA_INVALID with what is wrong and where."""
    problems: list[str] = []
    prepared: list[Prepared] = []
    seen: dict[str, Prepared] = {}
    spaces = Counter(record.coordinates for record in records if record.coordinates)
    if len(spaces) > 1:
        problems.append(f"coordinates: one space for all samples, not {dict(spaces)}")
    for record in records:
        if (known := seen.get(record.id)) is not None:
            if known.record.place != record.place:
                problems.append(f"{record.place}: id {record.id} is also at {known.record.place}")
            prepared.append(known)
            continue
        try:
            found = seen[record.id] = _prepare(record, recipe, processor, pixels)
            prepared.append(found)
        except ValueError as problem:
            problems.append(f"{record.place} ({record.id}): {problem}")
    if problems:
        more = [f"and {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else []
        raise TrainingError("DATA_INVALID", "samples that can be trained on", "\n    ".join([*problems[:_SHOWN], *more]))
    return prepared, _report(prepared, next(iter(spaces), None))


def _prepare(record: Record, recipe: Recipe, processor: Any, pixels: Pixels) -> Prepared:
    parts = [part for message in record.messages if isinstance(message["content"], list) for part in message["content"]]
    placeholders = sum(part["type"] == "image" for part in parts)
    if placeholders != len(record.images):
        raise ValueError(f"{placeholders} image parts in messages, {len(record.images)} images")
    if record.views and len(record.views) != len(record.images):
        raise ValueError(f"{len(record.views)} views, {len(record.images)} images")
    sizes = [_image_size(path) for path in record.images]
    resized = [pixels.resized(size, recipe.data.max_pixels_per_image) for size in sizes]
    if record.max_pixels is not None and (asked := [pixels.resized(size, record.max_pixels) for size in sizes]) != resized:
        raise ValueError(
            f"resized to {resized} by the recipe's max_pixels_per_image, to {asked} where the data was made: "
            "boxes would lie elsewhere"
        )
    truth = _truth_in_resized(record, sizes, resized)
    _answer_inside(record, resized)
    images = sum(image_tokens(size, pixels.factor) for size in resized)
    tokens = images + _text_tokens(record, recipe, processor) - placeholders
    if tokens > recipe.data.max_tokens:
        raise ValueError(
            f"{tokens} tokens ({images} of images) after the resize, more than max_tokens {recipe.data.max_tokens}: a cut "
            "would leave image features without their tokens"
        )
    if recipe.method == "grpo" and not truth:
        raise ValueError("no truth: no reward can judge it")
    return Prepared(record, truth, tokens, images)


# Samples of a group have the same images.
@lru_cache(maxsize=64)
def _image_size(path: str) -> tuple[int, int]:
    try:
        with Image.open(path) as image:
            return image.size
    except OSError as cause:
        raise ValueError(f"image {path}: {cause}") from cause


def _text_tokens(record: Record, recipe: Recipe, processor: Any) -> int:
    """Tokens of the rendered sample, one for each image; in GRPO of the prompt and the longest answer."""
    template = processor.apply_chat_template
    if recipe.grpo:
        text = template(record.prompt, tokenize=False, add_generation_prompt=True)
        return len(processor.tokenizer(text)["input_ids"]) + recipe.grpo.max_answer_tokens
    return len(processor.tokenizer(template(record.messages, tokenize=False))["input_ids"])


def _size_of(view: str | None, record: Record, sizes: list[tuple[int, int]]) -> tuple[int, int]:
    if view is None:
        return sizes[0]
    if view not in record.views:
        raise ValueError(f"a box in view {view}, which is none of {record.views or 'its views, since it names none'}")
    return sizes[record.views.index(view)]


def _inside(values: list[float], size: tuple[int, int], what: str) -> None:
    if any(not 0 <= value <= size[index % 2] for index, value in enumerate(values)):
        raise ValueError(f"{what} {values} is not inside the resized image of {size[0]}x{size[1]}")


def _truth_in_resized(record: Record, sizes: list[tuple[int, int]], resized: list[tuple[int, int]]) -> dict[str, Any]:
    truth = dict(record.truth)
    if ("boxes" in truth or "mask" in truth) and record.coordinates is None:
        raise ValueError("boxes or a mask, and no `coordinates` that names their space")
    if "boxes" in truth:
        truth["boxes"] = [
            {
                **box,
                "bbox_2d": to_resized(
                    box["bbox_2d"],
                    record.coordinates or "resized",
                    original=_size_of(box.get("view"), record, sizes),
                    resized=_size_of(box.get("view"), record, resized),
                ),
            }
            for box in truth["boxes"]
        ]
        for box in truth["boxes"]:
            _inside(box["bbox_2d"], _size_of(box.get("view"), record, resized), "box of the truth")
            if box["bbox_2d"][0] >= box["bbox_2d"][2] or box["bbox_2d"][1] >= box["bbox_2d"][3]:
                raise ValueError(f"box of the truth {box['bbox_2d']} has no area, or its corners are swapped")
    if "mask" in truth:
        _image_size(truth["mask"])
        truth["image_size"] = list(resized[0])
    return truth


def _answer_inside(record: Record, resized: list[tuple[int, int]]) -> None:
    """Trained answers speak in pixels of the resized image, and cannot be converted here."""
    said = answers.boxes(record.answer)
    pointed = answers.points(record.answer) if '"points"' in record.answer else []
    if not said and not pointed:
        return
    if record.coordinates != "resized":
        raise ValueError(f"an answer with boxes or points and coordinates {record.coordinates or 'unnamed'}, not resized")
    for box in said:
        _inside(list(box.corners), _size_of(box.view, record, resized), "box of the answer")
    for point in pointed:
        _inside(list(point), resized[0], "point of the answer")


def _report(prepared: list[Prepared], coordinates: str | None) -> DataReport:
    def summary(values: list[int]) -> tuple[int, int, int]:
        return int(np.median(values)), int(np.quantile(values, 0.95)), max(values)

    return DataReport(
        samples=len(prepared),
        tasks=dict(Counter(each.record.task for each in prepared)),
        tokens=summary([each.tokens for each in prepared]),
        image_tokens=summary([each.image_tokens for each in prepared]),
        coordinates=coordinates,
    )


def check_rewards(prepared: list[Prepared], judges: dict[str, Any]) -> dict[str, int]:
    """How many samples each reward judges. Raises REWARD_WITHOUT_TRUTH for one that judges none."""
    # Truths alone decide what is judged, and of an empty answer there is nothing to look at.
    counts = {name: sum(judge("", each.truth) is not None for each in prepared) for name, judge in judges.items()}
    if idle := [name for name, count in counts.items() if count == 0]:
        raise TrainingError(
            "REWARD_WITHOUT_TRUTH",
            f"truths for {', '.join(idle)}",
            f"none in {len(prepared)} samples; there are {sorted({key for each in prepared for key in each.truth})}",
            "leave the reward out, or add its truth to the data",
        )
    return counts


def as_row(each: Prepared) -> str:
    """A sample as one text: Arrow would give all truths the same columns."""
    record = each.record
    return json.dumps(
        {
            "id": record.id,
            "task": record.task,
            "messages": record.messages,
            "images": record.images,
            "views": record.views,
            "truth": each.truth,
        },
        sort_keys=True,
    )
