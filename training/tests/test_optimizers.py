import pytest
import torch
from torch import nn

from outrider_training.errors import TrainingError
from outrider_training.optimizers import MuonWithAdamW, orthogonalize, parameter_groups
from outrider_training.recipe import Tuning
from outrider_training.tuning import freeze


class Small(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(7, 4)
        self.hidden = nn.Linear(4, 6)


@pytest.mark.parametrize("shape", [(8, 8), (4, 12), (12, 4)])
def test_singular_values_of_an_update_are_about_one(shape: tuple[int, int]) -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(orthogonalize(torch.randn(shape)))
    assert values.min() > 0.6
    assert values.max() < 1.3


def test_an_update_keeps_the_directions_of_its_gradient() -> None:
    torch.manual_seed(0)
    matrix = torch.randn(6, 10)
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    aligned = left.T @ orthogonalize(matrix) @ right.T
    assert (aligned - torch.diag(aligned.diag())).abs().max() < 0.02


def test_what_muon_does_not_take_moves_as_torchs_adamw() -> None:
    torch.manual_seed(0)
    ours, theirs = nn.Linear(5, 3), nn.Linear(5, 3)
    theirs.load_state_dict(ours.state_dict())
    settings = {"lr": 1e-2, "betas": (0.9, 0.95), "weight_decay": 0.1}
    optimizers = [
        MuonWithAdamW([{"params": list(ours.parameters())}], **settings),
        torch.optim.AdamW(theirs.parameters(), **settings),
    ]
    for _ in range(20):
        x = torch.randn(4, 5)
        for model, optimizer in zip((ours, theirs), optimizers, strict=True):
            optimizer.zero_grad()
            (model(x) ** 2).sum().backward()
            optimizer.step()
    assert torch.allclose(ours.weight, theirs.weight, atol=1e-6)


def test_muon_learns_what_a_matrix_is() -> None:
    torch.manual_seed(0)
    model, target = nn.Linear(6, 6, bias=False), torch.randn(6, 6)
    optimizer = MuonWithAdamW([{"params": list(model.parameters()), "muon": True}], lr=0.2)
    losses = []
    for step in range(200):
        optimizer.param_groups[0]["lr"] = 0.2 * (1 - step / 200)
        optimizer.zero_grad()
        loss = ((model.weight - target) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.01 * losses[0]


def test_only_hidden_matrices_are_muons_and_only_matrices_decay() -> None:
    model = Small()
    groups = parameter_groups(model.named_parameters(), muon=True, weight_decay=0.1)
    muon = [param for group in groups if group["muon"] for param in group["params"]]
    decayed = [param for group in groups if group["weight_decay"] for param in group["params"]]
    assert [id(param) for param in muon] == [id(model.hidden.weight)]
    assert {id(param) for param in decayed} == {id(model.hidden.weight), id(model.embed_tokens.weight)}
    assert sum(len(group["params"]) for group in groups) == 3


def test_a_state_that_was_saved_goes_on_as_it_was() -> None:
    torch.manual_seed(0)
    model = Small()
    copies = []
    for _ in range(2):
        copies.append(MuonWithAdamW(parameter_groups(model.named_parameters(), muon=True, weight_decay=0.0), lr=0.1))
    model.hidden(model.embed_tokens(torch.tensor([1, 2]))).sum().backward()
    copies[0].step()
    copies[1].load_state_dict(copies[0].state_dict())
    assert copies[1].state_dict()["state"].keys() == copies[0].state_dict()["state"].keys() != set()
    assert [group["muon"] for group in copies[1].param_groups] == [group["muon"] for group in copies[0].param_groups]


def test_patterns_freeze_what_they_name_and_one_that_names_nothing_is_refused() -> None:
    model = Small()
    assert freeze(model, ["embed_tokens.*"]) == 28
    assert [param.requires_grad for param in model.parameters()] == [False, True, True]
    with pytest.raises(TrainingError, match="FREEZE_MATCHES_NONE"):
        freeze(model, ["visual.*"])
    with pytest.raises(TrainingError, match="NOTHING_LEARNS"):
        freeze(model, ["*"])


def test_lora_has_its_settings_or_is_refused() -> None:
    with pytest.raises(ValueError, match="method lora needs"):
        Tuning(method="lora", freeze=[])
