"""A collection whose files, folders and title are written by somebody with bad intentions."""

import shutil
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.importing.register import import_folder
from core.names import readable_name
from tests.pages.apps import rendered, run_page
from tests.pages.conftest import RunsHome

GENRES = ("<script>alert(1)<", "[click](mailto:a@example.com)", "line\nbreak \u202eevil")
STEMS = (
    "<img src=x onerror=alert(1)>",
    "![p](www.example.com) **b**",
    "$a$ `b` :red[c]",
    "new\nline\x1b[31m",
    "\u202egnp",
)
TITLE = "# **Best** [set](https://example.com) <b>x</b> :material/home:"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="names that Windows does not allow")


@pytest.fixture(scope="module")
def _hostile_once(tmp_path_factory: pytest.TempPathFactory, tiny_template: Path) -> tuple[Path, Collection]:
    home = tmp_path_factory.mktemp("hostile-home")
    folder = home / "data" / "set <i>x</i> _y_"
    sounds = sorted(tiny_template.rglob("*.flac"))
    for place, genre in enumerate(GENRES):
        (folder / genre).mkdir(parents=True)
        for number, stem in enumerate(STEMS):
            shutil.copyfile(sounds[8 * place + number], folder / genre / f"{stem}{place}.flac")
        (folder / genre / f"broken {STEMS[0]}.wav").write_bytes(b"<html>no sound</html>")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(home))
        collection = import_folder(folder, title=TITLE)
        extract(collection, [MelSpectrogram(), NumericFeatures()], n_workers=1)
    return home, collection


@pytest.fixture
def hostile(_hostile_once: tuple[Path, Collection], home: Path, monkeypatch: pytest.MonkeyPatch) -> Collection:
    """That collection, imported and analysed, in force."""
    monkeypatch.setenv("GENRE_LAB_HOME", str(_hostile_once[0]))
    return _hostile_once[1]


def shown(app: AppTest) -> list[str]:
    """Every text that Streamlit takes as Markdown and in which a name from outside may stand."""
    kinds = [app.title, app.header, app.markdown, app.caption, app.error, app.warning, app.info, app.success]
    parts = [element.value for elements in kinds for element in elements]
    parts += [element.label for elements in (app.metric, app.button, app.expander, app.tabs) for element in elements]
    parts += [element.value for element in app.metric]
    parts += [element.proto.label for element in app.get("page_link")]
    parts += [option.content for element in app.get("button_group") for option in element.proto.options]
    return parts


def literal(app: AppTest) -> list[str]:
    """The same as plain text; fails where a link, a picture or HTML is made of it."""
    return [rendered(line) for part in shown(app) for line in part.split("  \n")]


def test_names_are_printable_and_told_apart(hostile: Collection) -> None:
    assert len(hostile.clips) == len(GENRES) * len(STEMS)
    assert set(hostile.genres) == {readable_name(genre) for genre in GENRES}
    assert all(clip.name.isprintable() for clip in hostile.clips)
    assert len({clip.name for clip in hostile.clips}) == len(hostile.clips)


def test_collections_shows_them_as_they_are(hostile: Collection) -> None:
    app = run_page("collections", collection=hostile.id)
    texts = literal(app)
    assert f"Source {readable_name(hostile.source)}" in texts
    assert any(f"Forget {TITLE} and its extracted features?" in text for text in texts)
    skipped = next(frame.value for frame in app.dataframe if "Reason" in frame.value)
    assert len(skipped) == len(GENRES)
    assert all(name.isprintable() for name in skipped["File"])


def test_gallery_shows_them_as_they_are(hostile: Collection) -> None:
    app = run_page("gallery", collection=hostile.id)
    texts = literal(app)
    for genre in hostile.genres:
        assert genre in texts
    first = {genre: min(clip.name for clip in hostile.clips if clip.genre == genre) for genre in hostile.genres}
    assert set(first.values()) <= {text.strip() for text in texts}
    assert not [image.alt for element in app.get("image") for image in element.proto.imgs if "\n" in image.alt]


def test_explore_shows_them_as_they_are(hostile: Collection) -> None:
    clip = hostile.clips[-1]
    app = run_page("explore", collection=hostile.id, clip=clip.name, view="map")
    texts = literal(app)
    assert clip.name in texts
    assert any(clip.genre in text for text in texts)


def test_a_link_cannot_write_on_the_page(hostile: Collection) -> None:
    app = run_page("collections", collection="[win](https://example.com) <b>x</b>")
    assert any("the collection “[win](https://example.com) <b>x</b>”" in text for text in literal(app))


@pytest.mark.parametrize("page", ["compare", "classify"])
def test_runs_of_a_link_cannot_write_on_the_page(page: str, runs_home: RunsHome) -> None:
    app = run_page(page, runs="![p](//example.com/p.png),:red[x] $a$,[in](//example.com)")
    warned = next(text for text in literal(app) if text.startswith("The link asks for"))
    assert warned.endswith("“![p](//example.com/p.png)”, “:red[x] $a$”, “[in](//example.com)”.")


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("guide", ("collection", "step", "done")),
        ("collections", ("collection",)),
        ("gallery", ("collection", "shuffle", "clip")),
        ("explore", ("collection", "view", "clip", "features", "map", "dims")),
        ("train", ("collection", "run", "view", "reuse", "preset", "search")),
        ("compare", ("runs", "group", "recipe", "tab")),
        ("confusion", ("run", "show", "other", "of", "families", "actual", "predicted", "hear")),
        ("confusion", ("cells",)),
        ("human", ("run", "tab")),
        ("classify", ("runs",)),
    ],
)
def test_no_parameter_of_a_link_can_write_on_the_page(page: str, names: tuple[str, ...], runs_home: RunsHome) -> None:
    wanted = "[win](//example.com) ![p](//example.com/p.png) <b>x</b> " + "long " * 100
    texts = literal(run_page(page, **dict.fromkeys(names, wanted)))
    warned = [text for text in texts if "“[win](//example.com) ![p](//example.com/p.png) <b>x</b> long" in text]
    assert warned
    assert max(map(len, warned)) < 250
