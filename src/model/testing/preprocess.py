"""What torchvision and transformers compute. Usage: preprocess.py OUT < {"resizes": [[w, h, tw, th, filter]], "sizes": [[w, h, factor, min, max]], "times": [[fps, perSecond]]}

Writes OUT/N.src and OUT/N.ref (interleaved RGB bytes) for resize N; prints {"sizes": [[w, h]], "times": [[...]]}.
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
import torchvision.transforms.v2.functional as F
from torchvision.transforms import InterpolationMode
from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize

out = Path(sys.argv[1])
asked = json.load(sys.stdin)
random = np.random.default_rng(0)
for number, (width, height, to_width, to_height, mode) in enumerate(asked["resizes"]):
    source = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    if number % 2:
        source = np.where(source > 127, 255, 0).astype(np.uint8)
    image = torch.from_numpy(source).permute(2, 0, 1).contiguous()
    resized = F.resize(image, [to_height, to_width], interpolation=InterpolationMode(mode), antialias=True)
    (out / f"{number}.src").write_bytes(source.tobytes())
    (out / f"{number}.ref").write_bytes(resized.permute(1, 2, 0).contiguous().numpy().tobytes())
sizes = [smart_resize(h, w, factor, least, most)[::-1] for w, h, factor, least, most in asked["sizes"]]
# As get_rope_index: the seconds of a grid come as a float32 tensor.
times = [(torch.arange(40) * (rate * torch.tensor([2 / fps])[0])).long().tolist() for fps, rate in asked["times"]]
print(json.dumps({"sizes": sizes, "times": times}))
