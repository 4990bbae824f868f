"""Rooms of two coloured blocks: pointing, spatial relations, grounding, steps of a task."""

import json
import random
from typing import Any

from PIL import Image, ImageDraw

from .samples import Writer, messages, object_of, tuple_of

_COLOURS = {"red": (200, 40, 40), "green": (40, 160, 60), "blue": (50, 80, 200), "yellow": (220, 200, 60)}
# A multiple of 28, so that resizing changes nothing and a pixel is a pixel.
ROOM = (112, 112)


def _pixel(most: int) -> dict[str, Any]:
    return {"type": "number", "minimum": 0, "maximum": most, "multipleOf": 1}


POINTS_SCHEMA = {
    "type": "array",
    "items": object_of(
        points={"type": "array", "items": tuple_of(_pixel(ROOM[0] - 1), _pixel(ROOM[1] - 1)), "minItems": 0, "maxItems": 16},
        label={"type": "string", "maxLength": 80},
    ),
    "minItems": 0,
    "maxItems": 4,
}
STEPS_SCHEMA: dict[str, Any] = {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 5}
CHOICE_SCHEMA = {"type": "string", "enum": ["A", "B"]}


def _room(dice: random.Random) -> tuple[Image.Image, dict[str, tuple[int, int, int, int]]]:
    """Two blocks of different colours, left and right; their boxes."""
    image = Image.new("RGB", ROOM, tuple(dice.randint(170, 220) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    boxes = {}
    for half, name in enumerate(dice.sample(sorted(_COLOURS), 2)):
        side = dice.randint(18, 34)
        left, top = 56 * half + dice.randint(4, 52 - side), dice.randint(8, 104 - side)
        boxes[name] = (left, top, left + side, top + side)
        draw.rectangle((left, top, left + side - 1, top + side - 1), fill=_COLOURS[name])
    return image, boxes


def pointing(writer: Writer, dice: random.Random) -> None:
    image, boxes = _room(dice)
    name = dice.choice(sorted(boxes))
    left, top, right, bottom = boxes[name]
    mask = Image.new("L", ROOM, 0)
    ImageDraw.Draw(mask).rectangle((left, top, right - 1, bottom - 1), fill=255)
    label = f"the {name} block"
    answer = json.dumps([{"points": [[(left + right) // 2, (top + bottom) // 2]], "label": label}])
    writer.add(
        "embodied/point",
        messages=messages(
            1,
            f'Based on the description: "{label}", locate points matching the description. Output a JSON in the format '
            '[{"points": [...], "label": "{the_whole_description}"}, ...].',
            " /no_think",
            answer,
        ),
        images=[writer.image(image, "room")],
        coordinates="resized",
        truth={"mask": writer.image(mask, "mask"), "schema": POINTS_SCHEMA},
    )


def relation(writer: Writer, dice: random.Random) -> None:
    image, boxes = _room(dice)
    first, second = boxes
    asked, other = (first, second) if dice.random() < 0.5 else (second, first)
    choice = "A" if boxes[asked][0] < boxes[other][0] else "B"
    writer.add(
        "embodied/spatial",
        messages=messages(
            1,
            f"Where is the {asked} block from the {other} block?\nA. left\nB. right\nPut your final answer in \\boxed{{}}.",
            " /no_think",
            f"\\boxed{{{choice}}}",
        ),
        images=[writer.image(image, "room")],
        truth={"choice": choice, "schema": CHOICE_SCHEMA},
    )


def grounding(writer: Writer, dice: random.Random) -> None:
    image, boxes = _room(dice)
    items = [{"bbox_2d": list(box), "label": f"{name} block"} for name, box in boxes.items()]
    writer.add(
        "embodied/ground",
        messages=messages(
            1,
            'Locate every block. Output a JSON list in the format [{"bbox_2d": [x1, y1, x2, y2], "label": "..."}, ...].',
            " /no_think",
            json.dumps(items),
        ),
        images=[writer.image(image, "room")],
        coordinates="resized",
        truth={"boxes": items},
    )


def steps(writer: Writer, dice: random.Random) -> None:
    image, boxes = _room(dice)
    first, second = boxes
    answer = json.dumps([f"take the {first} block", f"put it on the {second} block"])
    writer.add(
        "embodied/task-plan",
        messages=messages(
            1,
            f"current goal is: please stack the {first} block on the {second} block. what are the next 5 step?",
            " /no_think",
            answer,
        ),
        images=[writer.image(image, "room")],
        truth={"schema": STEPS_SCHEMA},
    )
