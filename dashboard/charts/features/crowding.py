"""How large and how opaque the points of a chart are: the more there are, the smaller and the fainter.

Together they cover about the same share of the plot, so that groups stay apart at any number; and where many lie on
each other the colour is deeper, so that the density is seen.
"""

import math

_COVERED = 0.12
"""Share of the plot that all points together cover, were none on another."""

_LARGEST_PX, _LEAST_PX = 10.0, 3.0
_ALL_OPAQUE = 300
_FULL, _FAINTEST = 0.95, 0.35
_FADING = 0.18


def point_px(n_points: int, *, width: float, height: float) -> float:
    """Diameter of a point in pixels, 3 to 10.

    Parameters
    ----------
    n_points : int
        In the plot.
    width, height : float
        Of the plot, in pixels.
    """
    fitting = math.sqrt(_COVERED * width * height * 4 / math.pi / max(1, n_points))
    return min(_LARGEST_PX, max(_LEAST_PX, fitting))


def point_opacity(n_points: int) -> float:
    """Opacity of a point, 0.95 for up to 300 points, then falling to 0.35."""
    return max(_FAINTEST, _FULL * min(1.0, math.pow(_ALL_OPAQUE / max(1, n_points), _FADING)))
