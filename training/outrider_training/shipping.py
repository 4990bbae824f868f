"""A trained checkpoint as a repository or a car takes it: half the size, and nothing that only training needs."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from .checkpoint import check_start, copy_companions


def ship(start: Path, out: Path) -> int:
    """Writes `start` with its weights as float16; bytes of the weights. Raises MODEL_MISSING, ValueError for a weight that
    float16 cannot hold."""
    check_start(start)
    out.mkdir(parents=True, exist_ok=True)
    files = sorted(start.glob("*.safetensors"))
    weights = {name: values.to(torch.float16) for path in files for name, values in load_file(path).items()}
    wide = [name for name, values in weights.items() if not bool(torch.isfinite(values).all())]
    if wide:
        raise ValueError(f"beyond float16: {', '.join(wide)}")
    target = out / "model.safetensors"
    save_file(weights, target, metadata={"format": "pt"})
    config = json.loads((start / "config.json").read_text())
    (out / "config.json").write_text(json.dumps(_in_half(config), indent=2) + "\n")
    copy_companions(start, out)
    return target.stat().st_size


def _in_half(config: dict[str, object]) -> dict[str, object]:
    return {
        key: "float16" if key in ("dtype", "torch_dtype") else _in_half(value) if isinstance(value, dict) else value
        for key, value in config.items()
    }
