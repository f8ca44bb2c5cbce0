"""Mixing colours and keeping text legible on them."""

import colorsys

_DARKEST, _LIGHTEST = 0.3, 0.75


def _channels(color: str) -> tuple[float, float, float]:
    return tuple(int(color[place : place + 2], 16) for place in (1, 3, 5))  # type: ignore[return-value]


def blend(color: str, background: str, share: float) -> str:
    """``color`` painted over ``background`` with an opacity of ``share``, both ``#rrggbb``."""
    mixed = (
        round(share * front + (1 - share) * back)
        for front, back in zip(_channels(color), _channels(background), strict=True)
    )
    return "#" + "".join(f"{value:02x}" for value in mixed)


def relative_luminance(color: str) -> float:
    """Relative luminance 0 to 1 of ``#rrggbb`` (WCAG 2.1)."""
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(color))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast_ratio(first: str, second: str) -> float:
    """Contrast 1 to 21 of two colours (WCAG 2.1)."""
    light, dark = sorted((relative_luminance(first), relative_luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def legible_on(background: str) -> str:
    """Black or white, whichever contrasts more with ``background``: always at least 4.5 to 1."""
    return max("#000000", "#ffffff", key=lambda color: contrast_ratio(color, background))


def shades(color: str, n: int) -> list[str]:
    """``n`` tones of a colour, the colour itself first, for runs of the same kind of model.

    Each is as far in lightness from those before as there is room between 30 and 75 %, where it stays visible on a
    white and on a dark page: two are a light and a dark one.
    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in _channels(color)))
    steps = [lightness][:n]
    free = [_DARKEST + place * (_LIGHTEST - _DARKEST) / (4 * n) for place in range(4 * n + 1) if n]
    while len(steps) < n:
        steps.append(max(free, key=lambda step: min(abs(step - taken) for taken in steps)))
    tones = (colorsys.hls_to_rgb(hue, step, saturation) for step in steps)
    return ["#" + "".join(f"{round(255 * part):02x}" for part in tone) for tone in tones]
