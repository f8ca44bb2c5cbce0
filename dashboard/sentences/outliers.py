"""Why a clip is unlike the rest of its genre, in words."""

from core.exploration.outliers import Reason
from dashboard.sentences.feature_names import feature_name, format_value


def reasons_text(why: tuple[Reason, ...]) -> str:
    """``"Tempo: 3.1 deviations above its genre (172 against 118 BPM)"``."""
    texts = []
    for reason in why:
        name = feature_name(reason.feature)
        side = "above" if reason.deviations > 0 else "below"
        texts.append(
            f"{name.label}: {abs(reason.deviations):.1f} deviations {side} its genre "
            f"({format_value(reason.value)} against {name.written(reason.median)})"
        )
    if len(why) == 1 and abs(why[0].deviations) < 2:
        return f"An unusual combination: no single feature is far from the median. The farthest: {texts[0]}"
    return "; ".join(texts)
