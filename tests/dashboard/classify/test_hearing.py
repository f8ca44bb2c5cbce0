"""Songs are kept in memory within a bound, and TensorFlow is loaded once, in the background."""

import weakref
from types import SimpleNamespace

import pytest

from core.errors import RunError
from dashboard.classify import hearing, warming


def test_songs_heard_longest_ago_are_let_go_beyond_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = [hearing._Hearing(str(place), SimpleNamespace(n_bytes=40)) for place in range(4)]  # type: ignore[arg-type]
    monkeypatch.setattr(hearing, "_latest", [weakref.ref(each) for each in heard])
    monkeypatch.setattr(hearing, "MOST_BYTES", 100)
    hearing.let_go_of_the_oldest()
    assert [each.heard is None for each in heard] == [True, True, False, False]
    assert len(hearing._latest) == 2
    heard[3].heard.n_bytes = 1000  # type: ignore[union-attr, misc]
    hearing.let_go_of_the_oldest()
    assert [each.heard is None for each in heard] == [True, True, True, False]  # the last one is in use
    heard[3].heard.n_bytes = 60  # type: ignore[union-attr, misc]
    hearing.let_go_of_the_oldest(n_bytes_to_come=50)
    assert heard[3].heard is None  # for one that is to come the last one goes as well
    del heard[3]
    hearing.let_go_of_the_oldest()
    assert hearing._latest == []


def test_models_are_loaded_once_in_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    def load(run_id: str) -> SimpleNamespace:
        loaded.append(run_id)
        if run_id == "damaged":
            raise RunError("Its model file is damaged.")
        return SimpleNamespace(input_shape=(None, 2, 3), predict_on_batch=lambda given: loaded.append(str(given.shape)))

    monkeypatch.setattr(warming, "_begun", set())
    monkeypatch.setattr(warming, "_latest", None)
    monkeypatch.setattr(warming.services, "model", load)
    monkeypatch.setattr(warming, "patch_embeddings", lambda samples: None)
    warming.warm_up(["damaged", "whole"])
    started = warming._latest
    assert started is not None
    assert started.daemon
    started.join()
    warming.warm_up(["whole"])
    assert warming._latest is started
    assert loaded == ["damaged", "whole", "(1, 2, 3)"]
    warming.warm_up(["whole", "another"])
    assert warming._latest is not started
    warming._latest.join()
    assert loaded[3:] == ["another", "(1, 2, 3)"]
