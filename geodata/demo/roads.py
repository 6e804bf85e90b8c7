"""Minutes by car on made-up roads: winding, slow in town and faster on long trips."""

from __future__ import annotations

from typing import Any

import numpy as np

Matrix = np.ndarray[Any, np.dtype[np.float64]]
SOURCE = "Made-up road model, version 1: straight distance x 1.18-1.42, 28-92 km/h by length of the trip"


def car_minutes(origin: Matrix, target: Matrix, origin_urban: Matrix, winding: Matrix) -> Matrix:
    """Minutes[A, S] to a tenth between points in RD metres; `origin_urban`[A] 0 to 1, `winding`[A] 0 to 1."""
    straight = np.hypot(origin[:, None, 0] - target[None, :, 0], origin[:, None, 1] - target[None, :, 1]) / 1000
    km = straight * (1.18 + 0.24 * winding[:, None]) + 0.3
    speed = 28 + 64 * (1 - np.exp(-km / 22)) - 5 * origin_urban[:, None] * np.exp(-km / 30)
    return np.round(1.5 + 2.0 * origin_urban[:, None] + 60 * km / speed, 1)
