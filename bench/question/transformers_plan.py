"""How long transformers takes for the same question. Usage: transformers_plan.py CHECKPOINT QUESTION.json
QUESTION: {"images": [paths], "text", "maxPixels", "newTokens", "rounds", "threads"}. Prints {"preprocessMs", "firstTokenMs", "decodeMsPerToken", "promptTokens"}."""
import json
import statistics
import sys
import time

import torch
from PIL import Image
from transformers import AutoProcessor, Qwen2_5_VLForConditionalGeneration

checkpoint, path = sys.argv[1:]
question = json.load(open(path))
torch.set_grad_enabled(False)
torch.set_num_threads(question["threads"])
processor = AutoProcessor.from_pretrained(checkpoint, max_pixels=question["maxPixels"])
size = dict(processor.image_processor.size)
processor.image_processor.size = {**size, "longest_edge": question["maxPixels"]}
model = Qwen2_5_VLForConditionalGeneration.from_pretrained(checkpoint, dtype=torch.float32).eval()
content = [{"type": "image"} for _ in question["images"]] + [{"type": "text", "text": question["text"]}]
prompt = processor.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True)


def seconds(work):
    start = time.perf_counter()
    value = work()
    return time.perf_counter() - start, value


def generate(inputs, tokens):
    return model.generate(**inputs, max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False)


rounds = {"preprocessMs": [], "firstTokenMs": [], "decodeMsPerToken": []}
tokens = question["newTokens"]
for _ in range(question["rounds"] + 1):
    preprocess, inputs = seconds(lambda: processor(text=[prompt], images=[Image.open(p).convert("RGB") for p in question["images"]], return_tensors="pt"))
    first, _ = seconds(lambda: generate(inputs, 1))
    whole, _ = seconds(lambda: generate(inputs, 1 + tokens))
    for name, value in zip(rounds, (preprocess, first, (whole - first) / tokens)):
        rounds[name].append(value * 1000)
# The first round warms caches and allocators.
print(json.dumps({**{name: statistics.median(values[1:]) for name, values in rounds.items()}, "promptTokens": inputs["input_ids"].shape[1]}))
