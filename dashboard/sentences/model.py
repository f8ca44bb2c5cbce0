"""A model before it is built, in words: what it looks at, and how long it will train."""

from core.cost.time import TimeEstimate
from core.features.base import Features
from core.recipe.config import TrainingConfig
from core.recipe.settings import SegmentConfig
from dashboard.sentences.wording import format_duration, format_plural


def field_text(config: TrainingConfig) -> str:
    """The receptive field in time: ``1.3 s``."""
    if config.is_numeric or _sees_all(config):
        return "All"
    seconds = config.receptive_field_s
    if seconds and config.front_end.frame_s > 0:
        return f"{seconds:.1f} s"
    return format_plural(config.model.receptive_field(config.input_shape).n_frames, "frame")


def field_sentence(config: TrainingConfig) -> str:
    """The receptive field over time and bands, in words; empty for numeric features."""
    if config.is_numeric:
        return ""
    n_bands, n_frames = config.input_shape
    if _sees_all(config):
        return f"Each unit sees all {n_bands:,} bands and {n_frames:,} frames."
    field = config.model.receptive_field(config.input_shape)
    return (
        f"A cell of the last map sees {field.n_frames:,} of {n_frames:,} frames and {field.n_bands:,} of "
        f"{n_bands:,} bands."
    )


def _sees_all(config: TrainingConfig) -> bool:
    field = config.model.receptive_field(config.input_shape)
    return (field.n_bands, field.n_frames) == config.input_shape


def total_text(estimate: TimeEstimate) -> str:
    """Seconds of all epochs: ``42 s``, or ``roughly 42 s`` where this machine is not known yet."""
    return format_duration(estimate.total_s) if estimate.measured else f"roughly {format_duration(estimate.total_s)}"


def time_text(config: TrainingConfig, estimate: TimeEstimate, *, measuring: bool = False) -> str:
    """Seconds an epoch in words, and what the estimate rests on."""
    if estimate.measured:
        basis = "as measured on this machine"
    else:
        low, high = estimate.range_s
        why = (
            "the training speed of this machine is being measured now, once, for better estimates"
            if measuring
            else "nothing has been trained here yet"
        )
        basis = f"rough, {format_duration(low)} to {format_duration(high)} in all: {why}"
    epoch = f"About {format_duration(estimate.epoch_s)}" if estimate.epoch_s >= 0.05 else "Less than 0.1 s"
    return f"{epoch} per epoch, {format_plural(config.epochs, 'epoch')}; {basis}."


def segments_text(segments: SegmentConfig | None, front_end: Features) -> str:
    """What the segments come to, in words."""
    if segments is None:
        return "Whole clips."
    n_frames = max(1, round(segments.length_s / front_end.frame_s))
    whole_s = front_end.shape[1] * front_end.frame_s
    return (
        f"{segments.length_s:g} s are {n_frames:,} of the front end's {front_end.shape[1]:,} frames "
        f"({100 * segments.length_s / whole_s:.0f} % of {whole_s:.1f} s)."
    )
