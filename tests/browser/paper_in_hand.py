"""Our printed papers as a phone's camera meets them: a page rendered, held at an angle, as a video and as a photo."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium

DPI = 200
MM = DPI / 25.4
FRAME = (640, 480)
SEED = 20220415


def sheet(pdf: bytes) -> np.ndarray:
    """The first page in grey, `DPI` dots to the inch."""
    return pdfium.PdfDocument(pdf)[0].render(scale=DPI / 72, grayscale=True).to_numpy().squeeze().copy()


def part(page: np.ndarray, x: float, y: float, wide: float, high: float) -> np.ndarray:
    """A piece of it, in millimetres from the upper left corner."""
    return page[int(y * MM) : int((y + high) * MM), int(x * MM) : int((x + wide) * MM)]


def held(paper: np.ndarray, size: tuple[int, int], *, turn: float, tilt: float = 0.06) -> np.ndarray:
    """The paper on a grey table: turned by `turn` degrees, tilted, a little soft, with the noise of a small sensor."""
    wide, high = size
    rows, columns = paper.shape
    fits = 0.86 * min(wide / columns, high / rows)
    corners = np.float32([[0, 0], [columns, 0], [columns, rows], [0, rows]])
    angle = np.deg2rad(turn)
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    around = (corners - [columns / 2, rows / 2]) @ spin.T * fits
    far = 1 + tilt * around[:, 1:] / (high / 2)
    places = np.float32(around / far + [wide / 2, high / 2])
    seen = cv2.warpPerspective(
        paper, cv2.getPerspectiveTransform(corners, places), size, flags=cv2.INTER_AREA, borderValue=150
    )
    noise = np.random.default_rng(SEED).normal(0, 3, seen.shape)
    return np.clip(cv2.GaussianBlur(seen, (0, 0), 0.6) + noise, 0, 255).astype(np.uint8)


def film(paper: np.ndarray, path: Path, *, empty: int = 0) -> None:
    """A Y4M that Chromium plays as its camera, over and over: `empty` frames of a table, then the paper, unsteadily."""
    wide, high = FRAME
    table = np.full((high, wide), 150, np.uint8)
    frames = [table] * empty + [held(paper, FRAME, turn=turn) for turn in (-6, -3, 0, 2, 5)]
    grey = np.full(wide * high // 2, 128, np.uint8).tobytes()
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{wide} H{high} F10:1 Ip A1:1 C420jpeg\n".encode())
        for frame in frames:
            file.write(b"FRAME\n" + frame.tobytes() + grey)


def photo(paper: np.ndarray, path: Path) -> None:
    """A JPEG of twelve hundred by sixteen hundred."""
    cv2.imwrite(str(path), held(paper, (1200, 1600), turn=4), [cv2.IMWRITE_JPEG_QUALITY, 80])
