"""Train: corrected labels are offered, off at first, and stated."""

import pytest
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.collections.annotation_changes import Words, annotate_clips
from core.recipe.config import TrainingConfig
from tests.pages.apps import checked, run_page, texts

SAID = {"bass.00003": "treble", "hiss.00001": "bass"}


@pytest.fixture
def corrected(own_extracted: Collection) -> Collection:
    labels = {clip.name: clip.genre for clip in own_extracted.clips}
    annotate_clips(own_extracted.id, {name: Words(genre=genre) for name, genre in SAID.items()}, labels=labels)
    return own_extracted


def form(collection: Collection) -> AppTest:
    return run_page("train", collection=collection.id)


def test_without_corrections_nothing_is_offered(extracted: Collection) -> None:
    assert "corrected" not in " ".join(toggle.label for toggle in form(extracted).toggle)


def test_corrected_labels_are_off_until_they_are_asked_for(
    corrected: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[TrainingConfig] = []

    def start(config: TrainingConfig, *, token: str) -> str:
        asked.append(config)
        return "none"

    monkeypatch.setattr("dashboard.train.form.training_form.start_training", start)
    app = form(corrected)
    toggle = app.toggle(key="train:corrected")
    assert (toggle.label, toggle.value) == ("Use 2 corrected labels", False)
    assert "Said to be wrong: bass → treble 1, hiss → bass 1" in texts(app)
    start_button = next(button for button in app.button if button.label == "Start training")
    checked(start_button.click().run())
    app = form(corrected)
    checked(app.toggle(key="train:corrected").set_value(True).run())
    assert "3 genres, 24 clips. Chance: always predicting the most common genre would be correct in about 37.5 %" in (
        texts(app)
    )
    checked(next(button for button in app.button if button.label == "Start training").click().run())
    assert [dict(config.corrected_labels) for config in asked] == [{}, SAID]
