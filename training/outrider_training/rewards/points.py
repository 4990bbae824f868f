"""Whether points lie on what was asked for. No training library has this one; the metric is MiMo-Embodied's evaluation."""

from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from ..answers import points

# As Where2Place asks for: several points are welcome, a carpet of them is not.
MOST_POINTS = 16


@lru_cache(maxsize=512)
def read_mask(path: str) -> np.ndarray:
    """True where the thing is; height x width."""
    with Image.open(path) as image:
        return np.asarray(image.convert("L")) > 0


def points_reward(answer: str, truth: dict[str, Any]) -> float | None:
    """Truth: `mask`: path of an image, other than black where the thing is, and `image_size`: (width, height) of the
    resized image in whose pixels the answer speaks; the mask may have any size of the same shape.

    The share of the points that lie in the mask; one outside the image is a miss, and beyond 16 points the share shrinks
    as 16 / points. No point: 0.
    """
    path = truth.get("mask")
    if path is None:
        return None
    said = points(answer)
    if not said:
        return 0.0
    mask = read_mask(path)
    width, height = truth["image_size"]
    hits = 0
    for x, y in said:
        if 0 <= x < width and 0 <= y < height:
            hits += bool(mask[int(y * mask.shape[0] / height), int(x * mask.shape[1] / width)])
    return hits / len(said) * min(1.0, MOST_POINTS / len(said))
