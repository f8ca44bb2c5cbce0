"""Confusion: from a clip to the reasons of its verdict."""

from urllib.parse import parse_qs

import pytest

from core.collections.registry import load_collection
from core.errors import CollectionError
from core.explanation.robustness import song_of
from core.runs.results import load_predictions
from dashboard import services
from tests.pages.apps import labels, run_page
from tests.pages.conftest import RunsHome


def test_each_clip_leads_to_its_reasons(runs_home: RunsHome) -> None:
    row = load_predictions(runs_home.cnn).table.iloc[0]
    app = run_page("confusion", run=runs_home.cnn, actual=row["actual"], predicted=row["predicted"])
    links = [parse_qs(link.proto.query_string) for link in app.get("page_link") if link.proto.label == "Why?"]
    assert [link["clip"][0] for link in links] == labels(app, "audio")
    assert {link["runs"][0] for link in links} == {runs_home.cnn}
    collection = load_collection(links[0]["collection"][0])
    sound = services.sound(collection, collection.by_name[links[0]["clip"][0]])
    assert sound is not None
    assert song_of(sound).is_whole


def test_without_sound_there_is_no_link(runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: str, **__: object) -> None:
        raise CollectionError("There is no collection 'tiny'.")

    monkeypatch.setattr(services, "collection", gone)
    row = load_predictions(runs_home.cnn).table.iloc[0]
    app = run_page("confusion", run=runs_home.cnn, actual=row["actual"], predicted=row["predicted"])
    assert not [link for link in app.get("page_link") if link.proto.label == "Why?"]
