"""TRL's trainers with what ours do otherwise: Muon, spans instead of masks, guides."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import torch
from accelerate.utils import gather_object
from torch import Tensor
from torch.nn.functional import cross_entropy
from trl import GRPOTrainer, SFTTrainer

from .guides import total as guided_loss
from .held_out import HeldOutRewards
from .numbers import Numbers
from .optimizers import MuonWithAdamW, parameter_groups
from .recipe import Recipe
from .rewards import RewardMeter
from .shared_prompts import Answers, saying, shared
from .sharing import IGNORED
from .spans import attention_inputs


class _WithMuon:
    """Trainer's own way to an optimizer, for Muon: `optimizers=` is refused under FSDP."""

    recipe: Recipe

    def create_optimizer(self, model: Any = None) -> Any:
        if self.recipe.optimizer.name != "muon" or self.optimizer is not None:
            return super().create_optimizer(model)
        optimizer = self.recipe.optimizer
        named = (self.model if model is None else model).named_parameters()
        groups = parameter_groups(named, muon=True, weight_decay=optimizer.weight_decay)
        self.optimizer = MuonWithAdamW(groups, lr=optimizer.learning_rate, betas=optimizer.betas)
        return self.optimizer


class Sft(_WithMuon, SFTTrainer):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Parts of the loss since they were last logged.
        self.parts: defaultdict[str, list[float]] = defaultdict(list)
        self.numbers = Numbers(self.processing_class.tokenizer) if self.recipe.weighs_numbers else None

    def log(self, logs: dict[str, float], *args: Any) -> None:
        means = {name: round(sum(values) / len(values), 4) for name, values in self.parts.items()}
        self.parts.clear()
        super().log({**logs, **means}, *args)

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Mean over all answers' tokens of the batch. TRL's own also measures entropy and accuracy, which takes time."""
        if "spans" not in inputs:
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        labels, spans, aims = inputs.pop("labels"), inputs.pop("spans"), inputs.pop("aims", None)
        answer = labels != IGNORED
        told = aims if model.training else None
        outputs = model(
            **inputs,
            **({} if told is None else {"aims": told}),
            **attention_inputs(spans, labels.device),
            use_cache=False,
            # The output layer is as large as several others: only where an answer's token follows.
            logits_to_keep=torch.cat([answer[:, 1:], answer.new_zeros(1, 1)], dim=1),
        )
        logits, wanted = outputs["logits"].float(), labels[answer]
        nats = cross_entropy(logits, wanted, reduction="none")
        total = nats.sum()
        if self.numbers is not None and model.training:
            of_numbers = nats[self.numbers.among(wanted)].sum()
            distance = self.numbers.distance(logits, wanted)
            total = total - (1 - self.recipe.number_weight) * of_numbers + self.recipe.number_distance * distance
            self.parts["number distance"].append(float(distance.detach()) / len(wanted))
        loss = total / (answer.sum() if num_items_in_batch is None else num_items_in_batch)
        if num_items_in_batch is not None and self.args.average_tokens_across_devices:
            # It counts all processes' tokens, and gradients are averaged over them.
            loss = loss * self.accelerator.num_processes
        if told is not None:
            loss = loss + self._guide(outputs["guided"])
        return (loss, outputs) if return_outputs else loss

    def _guide(self, losses: dict[str, Tensor]) -> Tensor:
        """What guides say is wrong, weighed."""
        for name, value in losses.items():
            self.parts[f"guide {name}"].append(float(value.detach()))
        assert self.recipe.guides is not None
        return self.recipe.guides.weight * guided_loss(losses) / self.args.gradient_accumulation_steps


class Tower(Sft):
    """Only the tower and the layers below the guides, before any answer: half of a step's time."""

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        labels, spans, aims = inputs.pop("labels"), inputs.pop("spans"), inputs.pop("aims")
        outputs = model(
            **inputs,
            aims=aims,
            **attention_inputs(spans, labels.device),
            use_cache=False,
        )
        loss = self._guide(outputs["guided"])
        return (loss, outputs) if return_outputs else loss


class Grpo(_WithMuon, GRPOTrainer):
    def __init__(self, *args: Any, meters: Sequence[RewardMeter], **kwargs: Any) -> None:
        self.held_out = HeldOutRewards()
        self.meters = meters
        super().__init__(*args, **kwargs)
        if self.recipe.data.share_prefix:
            self.model.generate = saying(self.model, self.processing_class)

    def _calculate_rewards(self, inputs: list[dict[str, Any]], *args: Any) -> Tensor:
        """Answers of all processes x rewards; TRL's own metrics mix prompts, whose differences drown a change."""
        rewards = super()._calculate_rewards(inputs, *args)
        if not self.model.training:
            prompts = gather_object([each["sample_id"] for each in inputs])
            weighted = (rewards * self.reward_weights.to(rewards.device)).nansum(dim=1)
            unjudged = rewards.isnan().all(dim=1)
            self.held_out.add(prompts, weighted.masked_fill(unjudged, torch.nan).tolist())
        return rewards

    def _get_per_token_logps_and_entropies(
        self, model: Any, input_ids: Tensor, attention_mask: Tensor, logits_to_keep: int, *args: Any, **fields: Any
    ) -> tuple[Tensor, Tensor | None, Tensor | None]:
        if not self.recipe.data.share_prefix or fields.get("pixel_values") is None:
            return super()._get_per_token_logps_and_entropies(model, input_ids, attention_mask, logits_to_keep, *args, **fields)
        pixels, grids, images = (fields[name] for name in ("pixel_values", "image_grid_thw", "num_images"))
        answers = Answers(input_ids, attention_mask, logits_to_keep, pixels, grids, images)
        processor = self.processing_class
        made = shared(answers, processor.image_token_id, processor.image_processor.merge_size)
        with self.accelerator.autocast():
            outputs = model(**made.inputs, fused_lm_head=True)
        logps, entropies = (made.apart(each, answers) for each in (outputs.log_probs, outputs.entropy))
        return logps, entropies, None

    def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
        for meter in self.meters:
            meter.running = False
        metrics = super().evaluate(*args, **kwargs)
        for meter in self.meters:
            meter.running = True
        self.held_out.close(self.state.global_step)
        if self.is_world_process_zero():
            print(self.held_out.lines()[-1], flush=True)
        return metrics


def with_recipe(kind: type, recipe: Recipe) -> type:
    return type(kind.__name__, (kind,), {"recipe": recipe})
