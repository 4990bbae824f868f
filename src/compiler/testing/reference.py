"""What transformers computes for checkpoints: inputs, index tensors, features and logits, as safetensors files.

Usage: reference.py CHECKPOINT OUT [CHECKPOINT OUT ...]
"""
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoModelForImageTextToText
from transformers.vision_utils import get_vision_cu_seqlens, get_vision_position_ids, get_vision_window_index

torch.set_grad_enabled(False)
torch.set_num_threads(1)

# Images of several sizes, most with windows cut off at two sides; and two of one size with a video of theirs.
GRIDS = {"mixed": [[1, 4, 6], [1, 10, 14], [1, 2, 2]], "same": [[1, 4, 6], [1, 4, 6], [2, 4, 6]]}


def vision_tensors(model, grid):
    visual, vision = model.model.visual, model.config.vision_config
    merge = vision.spatial_merge_size
    pixels = torch.randn(int(grid.prod(-1).sum()), vision.in_channels * vision.temporal_patch_size * vision.patch_size**2)
    window_index, cu_window = get_vision_window_index(grid, merge, vision.window_size, vision.patch_size)
    cos, sin = visual.rotary_pos_emb(pixels, get_vision_position_ids(grid, merge))
    half = cos.shape[-1] // 2
    return {
        "pixel_values": pixels,
        "vision_cos": cos[:, :half],
        "vision_sin": sin[:, :half],
        "window_index": window_index.float(),
        "cu_window_seqlens": cu_window.float(),
        "cu_seqlens": get_vision_cu_seqlens(grid).float(),
        "features": visual(pixels, grid_thw=grid).pooler_output,
    }


def text_tensors(model, grid, features):
    """A prompt with the images, and two more tokens."""
    config, text = model.config, model.model.language_model
    ids, types = [3, 5], [0, 0]
    for _, h, w in grid.tolist():
        image = [config.image_token_id] * (h * w // config.vision_config.spatial_merge_size**2)
        ids += [config.vision_start_token_id, *image, config.vision_end_token_id, 11]
        types += [0, *[1] * len(image), 0, 0]
    ids = torch.tensor([ids])
    positions, _ = model.model.get_rope_index(ids, mm_token_type_ids=torch.tensor([types]), image_grid_thw=grid)
    embeds = model.get_input_embeddings()(ids)
    embeds[ids == config.image_token_id] = features
    embeds = torch.cat([embeds, model.get_input_embeddings()(torch.tensor([[1, 2]]))], 1)
    last = positions.max() + 1
    positions = torch.cat([positions, torch.arange(last, last + 2).expand(3, 1, 2)], -1)
    cos, sin = text.rotary_emb(embeds, positions)
    half = cos.shape[-1] // 2
    hidden = text(inputs_embeds=embeds, position_ids=positions, use_cache=False).last_hidden_state
    return {
        "inputs_embeds": embeds[0],
        "text_cos": cos[0, :, :half],
        "text_sin": sin[0, :, :half],
        "logits": model.lm_head(hidden)[0, -3:],
    }


for checkpoint, out in zip(sys.argv[1::2], sys.argv[2::2]):
    torch.manual_seed(7)
    model = AutoModelForImageTextToText.from_pretrained(checkpoint, dtype=torch.float32, attn_implementation="eager").eval()
    tensors = {}
    for name, grid in GRIDS.items():
        tensors |= {f"{name}.{key}": value for key, value in vision_tensors(model, torch.tensor(grid)).items()}
    tensors |= text_tensors(model, torch.tensor(GRIDS["mixed"]), tensors["mixed.features"])
    save_file({name: value.contiguous() for name, value in tensors.items()}, out)
