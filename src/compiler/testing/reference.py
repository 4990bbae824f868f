"""What transformers computes for a checkpoint: inputs, index tensors, features and logits, as one safetensors file.

Usage: reference.py CHECKPOINT OUT
"""
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoModelForImageTextToText
from transformers.vision_utils import (
    get_vision_cu_seqlens,
    get_vision_position_ids,
    get_vision_window_index,
)

checkpoint, out = sys.argv[1:]
torch.manual_seed(7)
torch.set_grad_enabled(False)
torch.set_num_threads(1)
model = AutoModelForImageTextToText.from_pretrained(checkpoint, dtype=torch.float32, attn_implementation="eager").eval()
visual, text = model.model.visual, model.model.language_model
vision = model.config.vision_config
merge = vision.spatial_merge_size

# Images of several sizes, most of them with windows cut off at two sides.
grid = torch.tensor([[1, 4, 6], [1, 10, 14], [1, 2, 2]])
n = int(grid.prod(-1).sum())
pixels = torch.randn(n, vision.in_channels * vision.temporal_patch_size * vision.patch_size**2)
positions = get_vision_position_ids(grid, merge)
window_index, cu_window = get_vision_window_index(grid, merge, vision.window_size, vision.patch_size)
cos, sin = visual.rotary_pos_emb(pixels, positions)
half = cos.shape[-1] // 2
features = visual(pixels, grid_thw=grid).pooler_output

ids, types = [3, 5], [0, 0]
for _, h, w in grid.tolist():
    image = [model.config.image_token_id] * (h * w // merge**2)
    ids += [model.config.vision_start_token_id, *image, model.config.vision_end_token_id, 11]
    types += [0, *[1] * len(image), 0, 0]
ids = torch.tensor([ids])
rope, _ = model.model.get_rope_index(ids, mm_token_type_ids=torch.tensor([types]), image_grid_thw=grid)
embeds = model.get_input_embeddings()(ids)
embeds[ids == model.config.image_token_id] = features
# Two more tokens, one at a time, after the prompt.
tail = torch.tensor([[1, 2]])
last = rope.max() + 1
all_positions = torch.cat([rope, torch.arange(last, last + 2).expand(3, 1, 2)], -1)
all_embeds = torch.cat([embeds, model.get_input_embeddings()(tail)], 1)
text_cos, text_sin = text.rotary_emb(all_embeds, all_positions)
hidden = text(inputs_embeds=all_embeds, position_ids=all_positions, use_cache=False).last_hidden_state
logits = model.lm_head(hidden)[0]

save_file(
    {
        "pixel_values": pixels,
        "vision_cos": cos[:, :half].contiguous(),
        "vision_sin": sin[:, :half].contiguous(),
        "window_index": window_index.float(),
        "cu_window_seqlens": cu_window.float(),
        "cu_seqlens": get_vision_cu_seqlens(grid).float(),
        "features": features,
        "inputs_embeds": all_embeds[0].contiguous(),
        "text_cos": text_cos[0, :, : text_cos.shape[-1] // 2].contiguous(),
        "text_sin": text_sin[0, :, : text_sin.shape[-1] // 2].contiguous(),
        "logits": logits[-3:].contiguous(),
    },
    out,
)
