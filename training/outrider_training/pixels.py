"""Images to the patches that the tower reads, as transformers' processor makes them, several times as fast."""

from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

# As a dead camera's, in the evaluation too.
_GREY = (128, 128, 128)


class Patches:
    """Resizes where it must, by the processor itself; an image whose size it leaves alone is only normalized and cut."""

    def __init__(self, image_processor: Any) -> None:
        self.processor = image_processor
        self.patch, self.merge = image_processor.patch_size, image_processor.merge_size
        self.temporal = image_processor.temporal_patch_size
        mean, std = (
            torch.tensor(values, dtype=torch.float32) for values in (image_processor.image_mean, image_processor.image_std)
        )
        self.scale, self.shift = image_processor.rescale_factor / std, -mean / std

    def __call__(self, path: str, *, blank: bool = False) -> tuple[Tensor, tuple[int, int, int]]:
        """(patches x values, (frames, rows, columns) of patches); blank: a grey image of the same size."""
        with Image.open(path) as opened:
            image = Image.new("RGB", opened.size, _GREY) if blank else opened.convert("RGB")
        width, height = image.size
        step = self.patch * self.merge
        size = self.processor.size
        if width % step or height % step or not size["shortest_edge"] <= width * height <= size["longest_edge"]:
            made = self.processor(images=[image], return_tensors="pt")
            frames, rows, columns = made["image_grid_thw"][0].tolist()
            return made["pixel_values"], (frames, rows, columns)
        pixels = torch.from_numpy(np.array(image)).to(torch.float32).mul_(self.scale).add_(self.shift)
        rows, columns = height // self.patch, width // self.patch
        # Patches that are merged stand together; in a patch: channel, frame (the same image twice), y, x.
        cut = pixels.view(rows // self.merge, self.merge, self.patch, columns // self.merge, self.merge, self.patch, 3)
        cut = cut.permute(0, 3, 1, 4, 6, 2, 5).reshape(rows * columns, 3, 1, self.patch * self.patch)
        return cut.expand(-1, -1, self.temporal, -1).reshape(rows * columns, -1), (1, rows, columns)
