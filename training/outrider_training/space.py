"""The one place for pixel coordinates.

MiMo-Embodied speaks in pixels of the resized image: the image as the model sees it, after `smart_resize`. Data may name
another space in `coordinates`, once a record; reward truths are converted here, trained answers have to be in `resized`.
"""

import math
from collections.abc import Sequence
from typing import Literal, get_args

Space = Literal["resized", "original", "thousandths"]
SPACES: tuple[str, ...] = get_args(Space)

# Released Qwen2.5-VL: patches of 14 px, merged 2 x 2.
FACTOR = 28


def smart_resize(width: int, height: int, *, min_pixels: int, max_pixels: int, factor: int = FACTOR) -> tuple[int, int]:
    """(width, height) after the resize, both multiples of `factor`. As transformers' Qwen2VLImageProcessor; pixels."""
    if max(width, height) / min(width, height) > 200:
        raise ValueError(f"an image of {width}x{height} is longer than 200 times its other side")
    # Python's round is banker's rounding, which transformers uses too: 42 px become 28, not 56.
    wide, high = round(width / factor) * factor, round(height / factor) * factor
    if wide * high > max_pixels:
        shrink = math.sqrt(width * height / max_pixels)
        wide = max(factor, math.floor(width / shrink / factor) * factor)
        high = max(factor, math.floor(height / shrink / factor) * factor)
    elif wide * high < min_pixels:
        grow = math.sqrt(min_pixels / (width * height))
        wide, high = math.ceil(width * grow / factor) * factor, math.ceil(height * grow / factor) * factor
    return wide, high


def image_tokens(resized: tuple[int, int], factor: int = FACTOR) -> int:
    """Placeholders that one image takes in the prompt."""
    return (resized[0] // factor) * (resized[1] // factor)


def to_resized(values: Sequence[float], space: str, *, original: tuple[int, int], resized: tuple[int, int]) -> list[float]:
    """x, y, x, y, … of `space` in pixels of the resized image. Sizes are (width, height)."""
    if space == "resized":
        return list(values)
    base = original if space == "original" else (1000, 1000)
    return [value * resized[index % 2] / base[index % 2] for index, value in enumerate(values)]
