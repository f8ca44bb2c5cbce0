"""The examples in the docstrings of what a notebook calls first: each runs, in the order of a first session."""

import doctest
import importlib

import pytest

from core.features.mel import MelSpectrogram
from tests.conftest import make_tiny_folder

FIRST_SESSION = (
    "core.importing.register.import_folder",
    "core.collections.registry.load_collection",
    "core.audio.reading.read_audio",
    "core.audio.loudness.power_by_second",
    "core.extraction.extract.extract",
    "core.extraction.store.open_store",
    "core.splits.make.make_split",
    "core.recipe.presets.Preset.configure",
    "core.queue.launch.train_here",
    "core.runs.results.load_predictions",
    "core.runs.results.load_tested",
    "core.evaluation.metrics.wilson_interval",
    "core.evaluation.metrics.confusion_matrix",
)
ELSEWHERE = (
    "core.names",
    "core.files",
    "core.prediction.parts",
    "core.clips.excerpts",
    "core.clips.passages",
    "core.importing.excerpting",
    "core.dsp.bands",
)
"""Modules with examples that need nothing."""


def examples_of(path: str) -> list[doctest.DocTest]:
    """The examples of one function, by its full name, which may be a method's."""
    parts = path.split(".")
    depth = next(n for n in range(len(parts) - 1, 0, -1) if parts[n - 1].islower())
    found: object = importlib.import_module(".".join(parts[:depth]))
    for part in parts[depth:]:
        found = getattr(found, part)
    return [test for test in doctest.DocTestFinder(recurse=False).find(found, path) if test.examples]


def test_a_first_session_runs_as_the_docstrings_show_it(home) -> None:
    folder = make_tiny_folder(home / "data" / "tiny")
    known: dict[str, object] = {"folder": folder, "MelSpectrogram": MelSpectrogram}
    for path in FIRST_SESSION:
        tests = examples_of(path)
        assert tests, f"{path} has no example"
        for test in tests:
            test.globs = known
            printed: list[str] = []
            result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(
                test, out=printed.append, clear_globs=False
            )
            assert result.failed == 0, "".join(printed)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_further_examples(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.attempted > 0
    assert result.failed == 0
