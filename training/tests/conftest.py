"""Small data and a checkpoint of nano's shape, made here: the tests need neither Node nor a network."""

import os

# Before torch: spinning threads cost up to ten times beside other work.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import settings

from outrider_training.recipe import Recipe, read_recipe
from outrider_training.synthetic import write_synthetic

# Time on shared cores says nothing about the code.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")

ROOT = Path(__file__).parents[1]
RECIPES = ROOT / "recipes"


@pytest.fixture(scope="session")
def nano(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runtime's own random checkpoint; skips where Node or its packages are not there."""
    tsx = ROOT.parent / "node_modules" / ".bin" / "tsx"
    if not tsx.exists() or shutil.which("node") is None:
        pytest.skip("needs `npm ci`: the checkpoint is the runtime's random one")
    folder = tmp_path_factory.mktemp("nano") / "nano"
    command = [str(tsx), "--conditions=@outrider/source", "src/cli/main.ts", "random-checkpoint"]
    subprocess.run([*command, "--shape", "nano", "--seed", "1", "--out", str(folder)], cwd=ROOT.parent, check=True)
    return folder


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_synthetic(folder, count=12, seed=3)
    return folder


@pytest.fixture
def sft() -> Recipe:
    return read_recipe(RECIPES / "2-driving-sft.yaml", ["data.held_out=2"])


def rewrite(source: Path, target: Path, change: object) -> None:
    """A copy of the first sample of a file with `change(sample)` done to it."""
    sample = json.loads(source.read_text().splitlines()[0])
    change(sample)  # type: ignore[operator]
    target.write_text(json.dumps(sample) + "\n")
