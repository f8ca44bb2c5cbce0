"""A music library as people have them becomes a model, on the command line: by its tags, and FMA as published."""

import csv
import hashlib
import io
import shutil
from collections import Counter
from pathlib import Path

import pytest

from core.clips.collection import Collection
from core.collections.registry import list_collections, load_collection
from core.runs.results import load_split
from tests.core.cli.test_cli import Cli
from tests.music_library import SPELLINGS, MadeFile

Library = tuple[Path, tuple[MadeFile, ...]]
MEANT = {spelling: genre for genre, spellings in SPELLINGS.items() for spelling in spellings}
N_EXCERPTS = 3
NOT_LISTED = ("Klassik", "Música clásica")
"""Labels of the library of which the list of synonyms says nothing."""


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


def state_of(folder: Path) -> dict[str, tuple[str, int]]:
    """Content and time of change of every file and folder."""
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
            path.stat().st_mtime_ns,
        )
        for path in folder.rglob("*")
    }


def artists_of(collection: Collection, names: list[str]) -> set[str]:
    return {collection.facts[name].artist for name in names}


@pytest.mark.usefixtures("ears")
def test_a_tagged_library_is_trained_by_artist(cli: Cli, music_library: Library, tmp_path: Path) -> None:
    folder, made = music_library
    before = state_of(folder)
    forgotten = sorted(str(each.path.relative_to(folder)) for each in made if not each.tag)
    n_long = Counter(MEANT[each.tag] for each in made if each.duration_s > 60)

    look = cli("collections", "--import", folder, "--preview")
    assert (look["n_files"], look["proposed"]) == (80, "tags")
    tags = look["readings"][0]
    assert (tags["genre_from"], tags["n_with_genre"], tags["n_with_several"]) == ("tags", 78, 2)
    assert tags["left_out"] == {"no genre in its tags": 2}
    assert tags["n_artists"] == len({each.artist for each in made if each.tag}) == 42
    assert tags["genres"]["Jazz"] == sum(each.tag.casefold() in ("jazz", "(8)") for each in made) == 9
    assert [one.id for one in list_collections() if one.ready] == []

    cut = ("--excerpts", N_EXCERPTS, "--excerpt-length", 16)
    imported = cli("collections", "--import", folder, "--genre-from", "tags", *cut)
    assert imported["genre_from"]["kind"] == "tags"
    assert (imported["n_clips"], imported["n_excerpts"], imported["n_artists"]) == (82, 2 * N_EXCERPTS, 42)
    reasons = {entry["name"]: entry["reason"] for entry in imported["skipped"] if "/" in entry["name"]}
    assert reasons == dict.fromkeys(forgotten, "no genre in its tags")

    name, mapping = imported["id"], tmp_path / "mapping.csv"
    cli("collections", "--genres", name, "--propose", "--export-mapping", mapping)
    rows = list(csv.DictReader(io.StringIO(mapping.read_text("utf-8-sig"))))
    assert {row["label"] for row in rows if row["becomes"] == row["label"]} == set(NOT_LISTED)
    for row in rows:
        row["becomes"] = "classical" if row["label"] in NOT_LISTED else row["becomes"]
    with mapping.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    merged = cli("collections", "--genres", name, "--mapping", mapping)
    # A wrong tag counts as what it says; each long song is three clips.
    said = Counter(MEANT[each.tag] for each in made if each.tag)
    assert merged["counts"] == {genre: said[genre] + (N_EXCERPTS - 1) * n_long[genre] for genre in sorted(SPELLINGS)}
    several = cli("collections", "--genres", name, "--several", "leave-out")
    assert {entry["reason"] for entry in several["left_out"]} == {
        "labelled “Pop”, “Rock”, which are several genres (pop, rock)"
    }
    assert (len(several["left_out"]), several["counts"]["pop"]) == (2, merged["counts"]["pop"] - 2)
    assert cli("collections", "--genres", name, "--undo-genres")["counts"] == merged["counts"]

    extracted = cli("extract", "--collection", name, "--front-end", "musicnn")
    assert (extracted["n_extracted"], extracted["failures"]) == (82, {})
    run = cli("train", "--collection", name, "--preset", "trained-ears", "--split", "artist")
    result = cli("evaluate", "--run", run["run_id"])
    assert (result["n"], sum(run["split_sizes"].values())) == (run["split_sizes"]["test"], 82)
    assert "by artist" in result["protocol"]
    assert result["test_accuracy"] == pytest.approx(result["n_correct"] / result["n"])
    low, high = result["interval"]
    assert 0.1 < low < result["test_accuracy"] < high < 1
    assert len(result["recall_by_genre"]) == 10
    collection, split = load_collection(name), load_split(run["run_id"])
    artists = [artists_of(collection, split[part]) for part in ("train", "validation", "test")]
    assert all(artists)
    assert not artists[0] & artists[1] | artists[0] & artists[2] | artists[1] & artists[2]
    assert state_of(folder) == before


FMA_COLUMNS = {
    "album": "comments,date_created,date_released,engineer,favorites,id,information,listens,producer,tags,title,tracks,"
    "type",
    "artist": "active_year_begin,active_year_end,associated_labels,bio,comments,date_created,favorites,id,latitude,"
    "location,longitude,members,name,related_projects,tags,website,wikipedia_page",
    "set": "split,subset",
    "track": "bit_rate,comments,composer,date_created,date_recorded,duration,favorites,genre_top,genres,genres_all,"
    "information,interest,language_code,license,listens,lyricist,number,publisher,tags,title",
}
"""The 52 columns of ``tracks.csv`` as published."""
FMA_GENRES = {"Hip-Hop": "hiphop", "Folk": "classical", "Rock": "metal"}


def write_fma(root: Path, shared: Path) -> dict[int, dict[str, str]]:
    """Clips numbered and tabled as FMA is published; of each track what its row says, by its number."""
    columns = [("", "")] + [(top, name) for top, names in FMA_COLUMNS.items() for name in names.split(",")]
    assert len(columns) == 53
    tracks: dict[int, dict[str, str]] = {}
    number = 2
    for genre, gtzan in FMA_GENRES.items():
        sources = sorted((shared / "data" / "gtzan_excerpts" / gtzan).glob("*.flac"))[:12]
        for place, source in enumerate(sources):
            part = "test" if place % 6 == 4 else "validation" if place % 6 == 5 else "training"
            tracks[number] = {
                "set.split": part,
                "set.subset": "small" if place < 10 else "medium",
                "track.genre_top": genre if place else "",
                "track.title": f"Track {number}, “live”",
                "track.genres": "[21, 83]",
                "artist.name": f"Band {number // 40}",
                "album.title": "An Album",
                "album.date_released": "2008-11-26 00:00:00",
                "album.information": "<p>Two lines,\nwith a comma</p>",
            }
            target = root / "fma_small" / f"{number // 1000:03d}" / f"{number:06d}.flac"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            number += 137
    tracks[155_320] = {"set.split": "training", "set.subset": "large", "track.genre_top": "Rock"}
    (root / "fma_metadata").mkdir()
    with (root / "fma_metadata" / "tracks.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([top for top, _ in columns])
        writer.writerow([name for _, name in columns])
        writer.writerow(["track_id"] + [""] * 52)
        for track, said in tracks.items():
            writer.writerow([track, *(said.get(f"{top}.{name}", "") for top, name in columns[1:])])
    return tracks


@pytest.mark.usefixtures("ears")
def test_fma_as_published_keeps_its_own_parts(cli: Cli, shared: Path, home: Path) -> None:
    root = home / "data"
    tracks = write_fma(root, shared)
    with_genre = {n: said for n, said in tracks.items() if said["track.genre_top"] and n != 155_320}
    imported = cli("collections", "--import", root / "fma_small")
    assert (imported["genre_from"]["kind"], imported["counts"]) == ("fma", dict.fromkeys(sorted(FMA_GENRES), 11))
    reasons = {entry["name"]: entry["reason"] for entry in imported["skipped"]}
    assert reasons["000/000002.flac"] == "it has no top genre in tracks.csv"
    assert reasons["tracks.csv"] == "1 of its 37 tracks have no file in this folder"
    assert len(reasons) == 4
    collection = load_collection(imported["id"])
    facts = collection.facts["000139"]
    assert (facts.artist, facts.title, facts.column("album"), facts.column("year")) == (
        "Band 3", "Track 139, “live”", "An Album", "2008",
    )  # fmt: skip

    run = cli("train", "--collection", imported["id"], "--preset", "trained-ears", "--split", "fault-filtered")
    split = load_split(run["run_id"])
    for part, published in (("train", "training"), ("validation", "validation"), ("test", "test")):
        assert sorted(map(int, split[part])) == [n for n, said in with_genre.items() if said["set.split"] == published]
    assert run["split_sizes"] == {"train": 21, "validation": 6, "test": 6}
    assert run["n"] == 6

    small = cli("collections", "--import", root / "fma_small", "--subset", "small")
    assert small["n_clips"] == sum(said["set.subset"] == "small" for said in with_genre.values()) == 27
