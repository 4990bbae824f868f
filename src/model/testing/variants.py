"""Checkpoints of many layouts made by transformers itself, and what transformers computes for questions about them.

Usage: variants.py OUT
Writes OUT/VARIANT/checkpoint, OUT/images and OUT/VARIANT/cases.json with the tensors beside it as raw float32.
"""
import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from safetensors.torch import load_file, save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoModelForImageTextToText,
    AutoProcessor,
    PreTrainedTokenizerFast,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2_5_VLProcessor,
    Qwen2VLImageProcessor,
    Qwen2VLVideoProcessor,
)
from transformers.video_utils import VideoMetadata

torch.set_grad_enabled(False)
torch.set_num_threads(1)
NEW_TOKENS = 24

TEMPLATE = """{% set image_count = namespace(value=0) %}{% for message in messages %}
    {% if loop.first and message['role'] != 'system' %}
<|im_start|>system
You are a helpful assistant.<|im_end|>
    {% endif %}
<|im_start|>{{ message['role'] }}
{% if message['content'] is string %}{{ message['content'] }}<|im_end|>
{% else %}{% for content in message['content'] %}{% if content['type'] == 'image' or 'image' in content %}{% set image_count.value = image_count.value + 1 %}{% if add_vision_id %}Picture {{ image_count.value }}: {% endif %}<|vision_start|><|image_pad|><|vision_end|>{% elif content['type'] == 'video' %}<|vision_start|><|video_pad|><|vision_end|>{% elif 'text' in content %}{{ content['text'] }}{% endif %}{% endfor %}<|im_end|>
{% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
QWEN_SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
CORPUS = ["The car drives straight ahead and stops at the red light.", "Turn left; keep 3.25 m, heading -0.07 rad. What's that?"] * 4


def make_tokenizer():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(QWEN_SPLIT), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=330, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>", clean_up_tokenization_spaces=False)


VARIANTS = {
    # As transformers 5 saves: nested config, processor_config.json, chat_template.jinja.
    "nested": {},
    # Shards, bf16, untied, three heads a key, another window, full attention first and last.
    "sharded-bf16": {
        "text": {"hidden_size": 96, "num_attention_heads": 6, "num_key_value_heads": 2, "rope_theta": 640000.0, "num_hidden_layers": 2, "rms_norm_eps": 1e-6},
        "vision": {"window_size": 56, "fullatt_block_indexes": [0, 3], "depth": 4, "num_heads": 2, "hidden_size": 64, "tokens_per_second": 25},
        "tied": False, "dtype": torch.bfloat16, "shard": "60KB",
    },
    # As Qwen and Xiaomi published: flat config, old names of tensors, preprocessor_config.json, chat_template.json.
    "published": {"tied": False, "legacy": True, "text": {"num_key_value_heads": 4}, "vision": {"tokens_per_second": 4}, "min": 28 * 28 * 9, "max": 28 * 28 * 40},
    # Other patches, other normalisation, windows of three squares, no window blocks at all in the middle.
    "small-patches": {
        "vision": {"patch_size": 8, "window_size": 48, "depth": 3, "fullatt_block_indexes": [], "num_heads": 4, "hidden_size": 64, "intermediate_size": 100},
        "processor": {"image_mean": [0.5, 0.4, 0.3], "image_std": [0.5, 0.25, 0.2]}, "tied": False, "shard": "100KB", "min": 16 * 16 * 4, "max": 16 * 16 * 90,
        "dtype": torch.float16,
    },
}


def merged(base, changes):
    return {**base, **(changes or {})}


def make_checkpoint(folder, tokenizer, variant):
    ids = {token: tokenizer.convert_tokens_to_ids(token) for token in SPECIAL}
    text = merged(dict(
        vocab_size=len(tokenizer) + 5, hidden_size=64, intermediate_size=112, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
        rms_norm_eps=1e-5, initializer_range=0.15, max_position_embeddings=4096, eos_token_id=ids["<|im_end|>"], bos_token_id=None, pad_token_id=None,
        use_sliding_window=False, tie_word_embeddings=variant.get("tied", True),
    ), variant.get("text"))
    theta = text.pop("rope_theta", 1000000.0)
    text["rope_parameters"] = {"rope_type": "default", "rope_theta": theta, "mrope_section": [2, 3, 3]}
    vision = merged(dict(
        depth=3, hidden_size=48, intermediate_size=96, num_heads=3, patch_size=14, spatial_merge_size=2, temporal_patch_size=2, tokens_per_second=2,
        window_size=112, fullatt_block_indexes=[1], out_hidden_size=text["hidden_size"], in_channels=3, initializer_range=0.15, hidden_act="silu",
    ), variant.get("vision"))
    config = Qwen2_5_VLConfig(
        text_config=text, vision_config=vision, image_token_id=ids["<|image_pad|>"], video_token_id=ids["<|video_pad|>"],
        vision_start_token_id=ids["<|vision_start|>"], vision_end_token_id=ids["<|vision_end|>"], tie_word_embeddings=variant.get("tied", True),
    )
    torch.manual_seed(sum(map(ord, folder.name)) + 11)
    model = Qwen2_5_VLForConditionalGeneration(config)
    # Norms and biases are ones and zeros at first: an error in them would not show.
    for name, parameter in model.named_parameters():
        if parameter.ndim == 1:
            parameter.add_(torch.randn_like(parameter) * 0.1)
    model = model.to(variant.get("dtype", torch.float32))
    size = {"shortest_edge": variant.get("min", 3136), "longest_edge": variant.get("max", 50176)}
    pixels = merged(dict(size=size, patch_size=vision["patch_size"], merge_size=2, temporal_patch_size=2), variant.get("processor"))
    processor = Qwen2_5_VLProcessor(
        image_processor=Qwen2VLImageProcessor(**pixels), tokenizer=tokenizer, video_processor=Qwen2VLVideoProcessor(**pixels), chat_template=TEMPLATE
    )
    model.save_pretrained(folder, max_shard_size=variant.get("shard", "5GB"))
    processor.save_pretrained(folder)
    if variant.get("legacy"):
        publish(folder)


def publish(folder):
    """Rewrites a saved checkpoint into the layout of the releases of 2025."""
    old = {}
    for key, value in load_file(folder / "model.safetensors").items():
        for new_prefix, old_prefix in (("model.visual.", "visual."), ("model.language_model.", "model.")):
            if key.startswith(new_prefix):
                key = old_prefix + key[len(new_prefix):]
                break
        old[key] = value.contiguous()
    save_file(old, folder / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    text, vision = config.pop("text_config"), config["vision_config"]
    rope = text.pop("rope_parameters")
    for name in ("model_type", "layer_types"):
        text.pop(name, None)
    vision = {**vision, "model_type": "qwen2_5_vl", "spatial_patch_size": vision["patch_size"], "in_chans": vision.pop("in_channels")}
    vision.pop("rope_parameters", None)
    flat = {**text, **config, "vision_config": vision, "rope_theta": rope["rope_theta"], "torch_dtype": "float32",
            "rope_scaling": {"type": "mrope", "mrope_section": rope["mrope_section"]}, "transformers_version": "4.41.2"}
    flat.pop("dtype", None)
    (folder / "config.json").write_text(json.dumps(flat, indent=2))
    processor = json.loads((folder / "processor_config.json").read_text())["image_processor"]
    size = processor.pop("size")
    preprocessor = {k: processor[k] for k in ("patch_size", "temporal_patch_size", "merge_size", "image_mean", "image_std")}
    preprocessor |= {"min_pixels": size["shortest_edge"], "max_pixels": size["longest_edge"], "image_processor_type": "Qwen2VLImageProcessor", "processor_class": "Qwen2_5_VLProcessor"}
    (folder / "processor_config.json").unlink()
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor))
    (folder / "chat_template.json").write_text(json.dumps({"chat_template": (folder / "chat_template.jinja").read_text()}))
    (folder / "chat_template.jinja").unlink()


def picture(width, height, phase, channels=3):
    y, x = np.mgrid[0:height, 0:width]
    waves = [127 + 70 * np.sin(x / (5 + c) + phase) + 50 * np.cos(y / (4 + c) - phase * c) for c in range(channels)]
    noise = np.random.default_rng(int(phase * 10) + width).normal(0, 12, (height, width, channels))
    array = np.clip(np.stack(waves, -1) + noise, 0, 255).astype(np.uint8)
    return Image.fromarray(array if channels > 1 else array[..., 0])


def write_images(folder):
    folder.mkdir(parents=True)
    for name, size in {"wide": (301, 97), "tiny": (13, 9), "native": (112, 140), "large": (640, 361), "tall": (30, 400)}.items():
        picture(*size, len(name)).save(folder / f"{name}.png")
    picture(233, 130, 2).save(folder / "photo.jpg", quality=88)
    turned = Image.Exif()
    turned[0x0112] = 6
    picture(180, 90, 3).save(folder / "turned.jpg", quality=90, exif=turned)
    picture(120, 90, 4, 1).save(folder / "grey.png")
    picture(120, 90, 5, 4).save(folder / "alpha.png")
    for frame in range(7):
        picture(150, 100, frame / 3).save(folder / f"frame-{frame}.png")


def image(name):
    return {"type": "image", "path": f"../images/{name}"}


def video(count, fps, first=0):
    return {"type": "video", "paths": [f"../images/frame-{i}.png" for i in range(first, first + count)], "fps": fps}


def text(words):
    return {"type": "text", "text": words}


CASES = {
    "text": [{"role": "system", "content": "You drive."}, {"role": "user", "content": "Où? 車 🚗 it's   3.25\n\n<|im_end|> end"}],
    "sizes": [{"role": "user", "content": [image("wide.png"), image("tiny.png"), text("and"), image("native.png"), image("large.png"), image("tall.png"), text("?")]}],
    "kinds": [{"role": "user", "content": [image("photo.jpg"), image("turned.jpg"), image("grey.png"), image("alpha.png"), text("What's that?")]}],
    "odd-video": [{"role": "user", "content": [video(5, 3.0), text("What happens?")]}],
    "one-frame": [{"role": "user", "content": [video(1, 29.97), text("Now?")]}],
    "two-videos": [
        {"role": "user", "content": [text("First:"), video(7, 0.7), image("native.png"), text("then"), video(4, 7.5, 2), text("compare.")]},
        {"role": "assistant", "content": [text("Stops.")]},
        {"role": "user", "content": [text("Why?"), image("tiny.png")]},
    ],
}


def load(path):
    return ImageOps.exif_transpose(Image.open(path))


def run_case(model, processor, folder, name, messages):
    parts = [p for m in messages if not isinstance(m["content"], str) for p in m["content"]]
    images = [load(folder / p["path"]) for p in parts if p["type"] == "image"]
    videos = [[load(folder / q).convert("RGB") for q in p["paths"]] for p in parts if p["type"] == "video"]
    metadata = [VideoMetadata(total_num_frames=len(p["paths"]), fps=p["fps"]) for p in parts if p["type"] == "video"]
    prompt = processor.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    extra = {"videos": [np.stack([np.array(f) for f in v]) for v in videos], "video_metadata": metadata} if videos else {}
    inputs = processor(text=[prompt], **({"images": images} if images else {}), **extra, return_tensors="pt")
    positions = None
    if images or videos:
        positions, _ = model.model.get_rope_index(**{k: v for k, v in inputs.items() if not k.startswith("pixel")})
    out = model.generate(**inputs, max_new_tokens=NEW_TOKENS, min_new_tokens=NEW_TOKENS, do_sample=False, output_logits=True, return_dict_in_generate=True, eos_token_id=None)
    logits = torch.cat(out.logits)
    top = logits.topk(2).values
    for key in ("pixel_values", "pixel_values_videos"):
        if key in inputs:
            inputs[key].numpy().astype("<f4").tofile(folder / f"{name}.{key}.bin")
    logits[0].numpy().astype("<f4").tofile(folder / f"{name}.logits.bin")
    listed = lambda key: inputs[key].tolist() if key in inputs else None
    return {
        "name": name, "messages": messages, "promptText": prompt, "inputIds": inputs["input_ids"][0].tolist(),
        "imageGrids": listed("image_grid_thw"), "videoGrids": listed("video_grid_thw"),
        "positions": None if positions is None else positions[:, 0].tolist(),
        "tokenIds": out.sequences[0, inputs["input_ids"].shape[1]:].tolist(), "margins": (top[:, 0] - top[:, 1]).tolist(),
        "text": processor.tokenizer.decode(out.sequences[0, inputs["input_ids"].shape[1]:], skip_special_tokens=False),
    }


def main():
    out = Path(sys.argv[1])
    write_images(out / "images")
    tokenizer = make_tokenizer()
    for name, variant in VARIANTS.items():
        checkpoint = out / name / "checkpoint"
        checkpoint.mkdir(parents=True)
        make_checkpoint(checkpoint, tokenizer, variant)
        model = AutoModelForImageTextToText.from_pretrained(checkpoint, dtype=torch.float32, attn_implementation="eager").eval()
        processor = AutoProcessor.from_pretrained(checkpoint)
        cases = [run_case(model, processor, out / name, case, messages) for case, messages in CASES.items()]
        (out / name / "cases.json").write_text(json.dumps(cases))
        print(name, sorted(p.name for p in checkpoint.iterdir()), [round(min(c["margins"]), 4) for c in cases])


main()
