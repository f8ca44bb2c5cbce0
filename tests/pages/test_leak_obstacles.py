"""Compare, leak meter: why protocols cannot be had, and the button that trains without the genres in the way."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.clips.collection import Collection
from core.experiments.leak import recipe_key
from core.importing.register import import_folder
from core.recipe.config import TrainingConfig
from core.splits.config import SplitConfig
from tests.pages.apps import checked, query, rendered, run_page, texts
from tests.pages.conftest import quick_config
from tests.pages.test_leak_meter import a_run, show

Import = Callable[[dict[str, int]], Collection]


@pytest.fixture
def by_artists(home: Path, tiny_folder: Path) -> Import:
    """Import the tiny collection with so many artists a genre; none is named of genres that are not given."""

    def imported(n_artists: dict[str, int]) -> Collection:
        rows = [f"{genre}.{n:05d},{genre} {n % k}" for genre, k in n_artists.items() for n in range(8)]
        if rows:
            (tiny_folder / "clips.csv").write_text("\n".join(["clip,artist", *rows]))
        return import_folder(tiny_folder)

    return imported


def said(app: object) -> str:
    return rendered(texts(app))  # type: ignore[arg-type]


def test_a_genre_by_one_artist_is_named_and_left_out_by_a_button(
    by_artists: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = by_artists({"bass": 1, "hiss": 4, "treble": 4})
    config = quick_config(collection)
    started: list[list[TrainingConfig]] = []
    monkeypatch.setattr(
        "dashboard.compare.leak_obstacles.start_group", lambda configs, kind, *, token: started.append(list(configs))
    )
    show(monkeypatch, [a_run(collection, config, 30, 40)])
    app = run_page("compare", tab="Leak meter")
    assert "Not with these clips: by artist. All 8 clips of bass are by one artist (bass 0). " in said(app)
    assert "Leave out bass, or bring clips by 2 more artists of bass." in said(app)
    reduced = replace(config, genres=("hiss", "treble"))
    button = app.button(key=f"leak:without:{recipe_key(reduced)}")
    assert button.label == "Leave out bass and train 3 protocols"
    button.click().run()
    checked(app)
    assert started == [
        [
            replace(reduced, split=SplitConfig(protocol="segment-random", n_excerpts=5)),
            replace(reduced, split=SplitConfig()),
            replace(reduced, split=SplitConfig(protocol="artist")),
        ]
    ]


def test_the_meter_without_the_genre_is_opened_where_it_is_there(
    by_artists: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = by_artists({"bass": 1, "hiss": 4, "treble": 4})
    config = quick_config(collection)
    reduced = replace(config, genres=("hiss", "treble"))
    waiting = a_run(collection, reduced, 0, 1, id="a" * 32, status="queued", result=None)
    show(monkeypatch, [a_run(collection, config, 30, 40), waiting])
    app = run_page("compare", tab="Leak meter", recipe=recipe_key(config))
    assert "1 training without bass queued or under way" in said(app)
    show(monkeypatch, [a_run(collection, config, 30, 40), a_run(collection, reduced, 20, 30, id="b" * 32)])
    app = run_page("compare", tab="Leak meter", recipe=recipe_key(config))
    link = next(each for each in app.get("page_link") if "without bass" in each.proto.label)
    assert f"recipe={recipe_key(reduced)}" in link.proto.query_string
    assert not any(button.key and button.key.startswith("leak:without") for button in app.button)
    assert query(app)["recipe"]


def test_where_no_artist_is_known_that_is_what_is_said(by_artists: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    collection = by_artists({})
    show(monkeypatch, [a_run(collection, quick_config(collection), 30, 40)])
    app = run_page("compare", tab="Leak meter")
    assert "No artist of these 24 clips is known." in said(app)
    assert "The quality check has not looked for repeats yet." in said(app)


def test_where_some_are_known_it_says_how_many(by_artists: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    collection = by_artists({"bass": 8})
    show(monkeypatch, [a_run(collection, quick_config(collection), 30, 40)])
    app = run_page("compare", tab="Leak meter")
    assert "The artists of 8 of these 24 clips are known, and no two clips are by one of them" in said(app)
    assert "No artist of these" not in said(app)


def test_of_two_genres_none_is_offered_to_leave_out(by_artists: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    collection = by_artists({"bass": 1, "hiss": 4, "treble": 4})
    config = quick_config(collection, genres=("bass", "hiss"))
    show(monkeypatch, [a_run(collection, config, 30, 40)])
    app = run_page("compare", tab="Leak meter")
    assert "Leaving out bass would leave a single genre." in said(app)
    assert not any(button.key and button.key.startswith("leak:without") for button in app.button)
