"""Writes images of many kinds into a folder, each with NAME.rgb: the RGB bytes that transformers gets from Pillow.

Usage: images.py OUT
"""
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from transformers.image_transforms import convert_to_rgb

out = Path(sys.argv[1])
random = np.random.default_rng(1)
HEIGHT, WIDTH = 97, 131


def waves(channels):
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.stack([(127 + 120 * np.sin(x / 9 + k) + y * 0.3) % 256 for k in range(channels)], -1).astype(np.uint8)


def png16(path, array):
    """Pillow writes no 16-bit colour."""
    chunk = lambda kind, body: struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in array)
    header = struct.pack(">IIBBBBB", array.shape[1], array.shape[0], 16, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


colour, grey, noise = Image.fromarray(waves(3)), Image.fromarray(waves(1)[..., 0]), random.integers(0, 256, (HEIGHT, WIDTH)).astype(np.uint8)
colour.save(out / "420.jpg", quality=85)
colour.save(out / "444.jpg", quality=90, subsampling=0)
colour.save(out / "422-progressive.jpg", quality=70, subsampling=1, progressive=True)
grey.save(out / "grey.jpg", quality=85)
grey.save(out / "grey.png")
Image.fromarray(waves(4)).convert("RGB").convert("CMYK").save(out / "cmyk.jpg", quality=90)
Image.fromarray(np.dstack([waves(3), noise])).save(out / "alpha.png")
Image.merge("LA", (grey, Image.fromarray(noise))).save(out / "grey-alpha.png")
palette = colour.convert("P", palette=Image.Palette.ADAPTIVE)
palette.save(out / "palette.png")
palette.save(out / "palette-transparent.png", transparency=3)
colour.convert("1").save(out / "one-bit.png")
colour.save(out / "lossless.webp", lossless=True)
png16(out / "sixteen-bits.png", waves(3).astype(np.uint16) * 256 + random.integers(0, 256, (HEIGHT, WIDTH, 3)))
for orientation in range(2, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    colour.save(out / f"turned-{orientation}.jpg", quality=85, exif=exif)

for path in sorted(out.iterdir()):
    image = ImageOps.exif_transpose(Image.open(path))
    (out / f"{path.name}.rgb").write_bytes(convert_to_rgb(image, return_numpy=True).tobytes())
