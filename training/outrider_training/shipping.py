"""A trained checkpoint as a repository or a car takes it: half the size, and nothing that only training needs."""

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from .checkpoint import check_start, copy_companions
from .errors import TrainingError


def ship(starts: Sequence[Path], out: Path) -> int:
    """Writes the first of `starts` with the mean of all their weights as float16; bytes of the weights. Raises MODEL_MISSING,
    MODEL_OTHER, ValueError for a weight that float16 cannot hold."""
    first, *others = starts
    weights = _weights(first)
    for start in others:
        other = _weights(start)
        if {name: values.shape for name, values in other.items()} != {name: values.shape for name, values in weights.items()}:
            raise TrainingError("MODEL_OTHER", f"weights of the names and shapes that {first} has", str(start))
        weights = {name: values + other[name] for name, values in weights.items()}
    weights = {name: (values / len(starts)).to(torch.float16) for name, values in weights.items()}
    out.mkdir(parents=True, exist_ok=True)
    wide = [name for name, values in weights.items() if not bool(torch.isfinite(values).all())]
    if wide:
        raise ValueError(f"beyond float16: {', '.join(wide)}")
    target = out / "model.safetensors"
    save_file(weights, target, metadata={"format": "pt"})
    config = json.loads((first / "config.json").read_text())
    (out / "config.json").write_text(json.dumps(_in_half(config), indent=2) + "\n")
    copy_companions(first, out)
    return target.stat().st_size


def _weights(start: Path) -> dict[str, Tensor]:
    check_start(start)
    return {name: values.float() for path in sorted(start.glob("*.safetensors")) for name, values in load_file(path).items()}


def _in_half(config: dict[str, object]) -> dict[str, object]:
    return {
        key: "float16" if key in ("dtype", "torch_dtype") else _in_half(value) if isinstance(value, dict) else value
        for key, value in config.items()
    }
