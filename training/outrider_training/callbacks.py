"""What happens beside the steps: rewards are printed, and a training ends in time."""

import time
from typing import Any

from transformers import TrainerCallback

from .rewards import RewardMeter


class Printer(TrainerCallback):
    """Each reward on a line of its own: TRL's one long line hides the one that is constant."""

    def __init__(self, meters: list[RewardMeter]) -> None:
        self.meters = meters

    def on_log(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.is_world_process_zero:
            for meter in self.meters:
                if meter.history:
                    print(f"  step {state.global_step} reward {meter.name}: {meter.history[-1]}", flush=True)


class Deadline(TrainerCallback):
    """Ends a training after so many minutes, at a checkpoint from which --resume goes on."""

    def __init__(self, minutes: float) -> None:
        self.seconds = minutes * 60
        self.passed = False

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.begun = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if time.monotonic() - self.begun > self.seconds and state.global_step < state.max_steps:
            self.passed = control.should_save = control.should_training_stop = True
