"""What is shipped is the checkpoint, rounded."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForImageTextToText

from outrider_training.errors import TrainingError
from outrider_training.main import main
from outrider_training.shipping import ship


def test_shipped_weights_are_those_of_the_checkpoint_in_half_the_bytes(nano: Path, tmp_path: Path) -> None:
    assert main(["ship", "--model", str(nano), "--out", str(tmp_path / "out")]) == 0
    before, after = load_file(nano / "model.safetensors"), load_file(tmp_path / "out" / "model.safetensors")
    assert before.keys() == after.keys()
    for name, values in after.items():
        assert values.dtype == torch.float16
        assert torch.equal(values, before[name].half())
    config = json.loads((tmp_path / "out" / "config.json").read_text())
    assert config["dtype"] == "float16"
    assert (tmp_path / "out" / "tokenizer.json").read_bytes() == (nano / "tokenizer.json").read_bytes()
    AutoModelForImageTextToText.from_pretrained(tmp_path / "out")


def test_of_several_checkpoints_the_mean_is_shipped(nano: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(nano, other)
    weights = load_file(nano / "model.safetensors")
    save_file({name: 3 * values for name, values in weights.items()}, other / "model.safetensors", metadata={"format": "pt"})
    assert main(["ship", "--model", str(nano), str(other), "--out", str(tmp_path / "out")]) == 0
    for name, values in load_file(tmp_path / "out" / "model.safetensors").items():
        assert torch.allclose(values.float(), 2 * weights[name], rtol=1e-3, atol=1e-6)
    save_file({"one": torch.zeros(1)}, other / "model.safetensors")
    with pytest.raises(TrainingError, match="MODEL_OTHER"):
        ship([nano, other], tmp_path / "out")


def test_a_weight_that_float16_cannot_hold_is_refused(nano: Path, tmp_path: Path) -> None:
    wide = tmp_path / "wide"
    wide.mkdir()
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        (wide / name).write_bytes((nano / name).read_bytes())
    save_file({"one": torch.tensor([1e6])}, wide / "model.safetensors")
    with pytest.raises(ValueError, match="one"):
        ship([wide], tmp_path / "out")


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="MODEL_MISSING"):
        ship([tmp_path], tmp_path / "out")
