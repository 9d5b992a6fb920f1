"""A plane of a field as an SVG: the amplitudes as an image inside, axes in millimetres, a scale beside it."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

# Nine colours of viridis (S. van der Walt and N. Smith 2015, public domain), evenly spaced.
_VIRIDIS = np.array(
    [
        (68, 1, 84), (71, 44, 122), (59, 81, 139), (44, 113, 142), (33, 144, 141),
        (39, 173, 129), (92, 200, 99), (170, 220, 50), (253, 231, 37),
    ],
    dtype=np.float64,
)  # fmt: skip
_SCALE = 4  # SVG units per millimetre


def plane_svg(
    amplitude_pa: NDArray[np.float32], spacing_m: float, origin_m: tuple[float, float], title: str
) -> str:
    """Draw |p| on a plane: axis 0 to the right, axis 1 up; `origin_m` is that of node (0, 0)."""
    peak = float(amplitude_pa.max()) or 1.0
    pixels = colours(amplitude_pa.T[::-1] / peak)
    size = [n * spacing_m * 1e3 * _SCALE for n in amplitude_pa.shape]
    left, top = 60.0, 40.0
    image = base64.b64encode(png(pixels)).decode("ascii")
    bar = base64.b64encode(png(colours(np.linspace(1, 0, 128)[:, None]))).decode("ascii")
    x_first, y_first = (1e3 * (o - spacing_m / 2) for o in origin_m)
    ticks = [
        *(_x_tick(left + (mm - x_first) * _SCALE, top + size[1], mm) for mm in _round_mm(x_first, size[0])),
        *(_y_tick(left, top + size[1] - (mm - y_first) * _SCALE, mm) for mm in _round_mm(y_first, size[1])),
    ]
    width, height = left + size[0] + 110, top + size[1] + 50
    right, stretch = left + size[0] + 20, 'preserveAspectRatio="none"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}"'
        f' font-family="sans-serif" font-size="12"><title>{title}</title>'
        f'<text x="{left}" y="24" font-size="14">{title}</text>'
        f'<image x="{left}" y="{top}" width="{size[0]:.1f}" height="{size[1]:.1f}" {stretch}'
        f' href="data:image/png;base64,{image}"/>'
        f'<image x="{right:.1f}" y="{top}" width="14" height="{size[1]:.1f}" {stretch}'
        f' href="data:image/png;base64,{bar}"/>'
        f'<text x="{right + 20:.1f}" y="{top + 10}">{peak / 1e3:.0f} kPa</text>'
        f'<text x="{right + 20:.1f}" y="{top + size[1]:.1f}">0</text>{"".join(ticks)}'
        f'<text x="{left + size[0] / 2:.1f}" y="{height - 8:.1f}" text-anchor="middle">mm along x</text>'
        "</svg>\n"
    )


def _round_mm(first_mm: float, size: float) -> list[int]:
    return list(range(10 * int(np.ceil(first_mm / 10)), int(first_mm + size / _SCALE) + 1, 10))


def _x_tick(x: float, y: float, mm: int) -> str:
    return (
        f'<path d="M{x:.1f} {y:.1f}v4" stroke="#333"/><text x="{x:.1f}" y="{y + 17:.1f}"'
        f' text-anchor="middle">{mm}</text>'
    )


def _y_tick(x: float, y: float, mm: int) -> str:
    return (
        f'<path d="M{x:.1f} {y:.1f}h-4" stroke="#333"/><text x="{x - 8:.1f}" y="{y + 4:.1f}"'
        f' text-anchor="end">{mm}</text>'
    )


def colours(share: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Values from 0 to 1 as colours, shape (..., 3)."""
    place = np.clip(share, 0, 1) * (len(_VIRIDIS) - 1)
    low = np.minimum(place.astype(int), len(_VIRIDIS) - 2)
    part = (place - low)[..., None]
    mixed: NDArray[np.uint8] = ((1 - part) * _VIRIDIS[low] + part * _VIRIDIS[low + 1]).astype(np.uint8)
    return mixed


def png(pixels: NDArray[np.uint8]) -> bytes:
    """An 8-bit RGB image of shape (rows, columns, 3) as PNG (W3C PNG specification, third edition)."""
    rows, columns, _ = pixels.shape
    lines = b"".join(b"\x00" + pixels[row].tobytes() for row in range(rows))
    header = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 6)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body
