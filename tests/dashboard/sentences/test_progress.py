import pytest

from core.jobs import Progress
from dashboard.sentences.progress import progress_text


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress(phase="Starting"), "Starting"),
        (
            Progress(phase="Extracting", done=3, total=80, remaining_s=65),
            "Extracting · 3 of 80 · about 1 min 05 s left",
        ),
        (Progress(phase="Synthesising", done=3, total=200, detail="3 of 200 clips"), "Synthesising · 3 of 200 clips"),
    ],
)
def test_progress_is_said_in_one_line(progress: Progress, text: str) -> None:
    assert progress_text(progress) == text
