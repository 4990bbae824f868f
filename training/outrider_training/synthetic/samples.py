"""Samples in the runtime's formats, written as lines of a file with their images beside it."""

import json
from pathlib import Path
from typing import Any

from PIL import Image

_SYSTEM = "You are a helpful assistant."


def tuple_of(*items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "prefixItems": list(items), "items": False, "minItems": len(items), "maxItems": len(items)}


def object_of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def messages(images: int, question: str, switch: str, answer: str) -> list[dict[str, Any]]:
    """As the runtime asks: media, text, the switch of thinking as a part of its own."""
    return [
        {"role": "system", "content": [{"type": "text", "text": _SYSTEM}]},
        {
            "role": "user",
            "content": [
                *({"type": "image"} for _ in range(images)),
                {"type": "text", "text": question},
                {"type": "text", "text": switch},
            ],
        },
        {"role": "assistant", "content": [{"type": "text", "text": answer}]},
    ]


class Writer:
    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.lines: list[str] = []
        (folder / "images").mkdir(parents=True, exist_ok=True)

    def image(self, image: Image.Image, name: str) -> str:
        path = f"images/{self.name}-{len(self.lines):04d}-{name}.png"
        image.save(self.folder / path)
        return path

    def add(self, task: str, **columns: Any) -> None:
        self.lines.append(json.dumps({"id": f"{self.name}-{len(self.lines):04d}", "task": task, **columns}))

    def close(self) -> None:
        (self.folder / f"{self.name}.jsonl").write_text("\n".join(self.lines) + "\n")
