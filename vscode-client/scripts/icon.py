"""Draws images/icon.png: two overlapping discs, one framework each, and the seed they share. Plain standard library."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

SIZE = 256
SAMPLES = 4  # per pixel and axis: smooth edges without an image library
BACKGROUND = (24, 32, 46)
LEFT = (238, 76, 44)
RIGHT = (46, 134, 222)
SEED = (255, 255, 255)

Colour = tuple[int, int, int]


def inside(x: float, y: float, centre_x: float, centre_y: float, radius: float) -> bool:
    return (x - centre_x) ** 2 + (y - centre_y) ** 2 <= radius**2


def in_frame(x: float, y: float, corner: float = 48) -> bool:
    dx = max(corner - x, x - (SIZE - corner), 0)
    dy = max(corner - y, y - (SIZE - corner), 0)
    return dx**2 + dy**2 <= corner**2


def colour_at(x: float, y: float) -> Colour | None:
    """The colour of one point; None is transparent."""
    if not in_frame(x, y):
        return None
    left = inside(x, y, 100, 128, 64)
    right = inside(x, y, 156, 128, 64)
    if left and right:
        return SEED
    return LEFT if left else RIGHT if right else BACKGROUND


def pixel(column: int, row: int) -> bytes:
    offsets = [(index + 0.5) / SAMPLES for index in range(SAMPLES)]
    points = [colour_at(column + dx, row + dy) for dy in offsets for dx in offsets]
    seen = [point for point in points if point is not None]
    if not seen:
        return bytes(4)
    mean = [round(sum(point[channel] for point in seen) / len(seen)) for channel in range(3)]
    return bytes([*mean, round(255 * len(seen) / len(points))])


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def main() -> None:
    rows = b"".join(b"\0" + b"".join(pixel(column, row) for column in range(SIZE)) for row in range(SIZE))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    target = Path(__file__).resolve().parent.parent / "images" / "icon.png"
    target.write_bytes(b"\x89PNG\r\n\x1a\n" + data)


if __name__ == "__main__":
    main()
