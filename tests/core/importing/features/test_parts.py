"""Tables of parts of clips, given to a collection that holds the clips."""

import io
from pathlib import Path

import numpy as np
import pytest

from core.errors import CollectionError
from core.extraction.store import FeatureStore
from core.features.gtzan_parts import GtzanTableParts
from core.features.gtzan_table import TABLE_NAMES, GtzanTableFeatures
from core.importing.features.register import add_features, import_features

HEADER = ",".join(["filename", "length", *TABLE_NAMES, "label"])


def row(name: str, value: float, *, length: int = 220_500) -> str:
    return ",".join([name, str(length), *[str(value + place) for place in range(57)], name.partition(".")[0]])


def written(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([HEADER, *rows, ""]))
    return path


@pytest.fixture
def clips(home: Path):
    rows = [row(f"{name}.wav", 1, length=661_500) for name in ("blues.00000", "blues.00001", "pop.00000")]
    return import_features(io.BytesIO("\n".join([HEADER, *rows, ""]).encode()), "clips.csv")


def test_parts_become_columns_of_their_clip_in_the_order_of_their_names(clips, tmp_path: Path) -> None:
    rows = [row(f"blues.00000.{third}.wav", 100 * third) for third in (2, 0, 1)]
    rows += [row("blues.00001.0.wav", 7), row("blues.00001.1.wav", 8), row("metal.00000.0.wav", 9)]
    collection = add_features(clips, written(tmp_path / "thirds.csv", *rows))
    assert collection.front_ends == (GtzanTableFeatures(), GtzanTableParts(part_s=10.0, n_parts=3))
    assert [clip.name for clip in collection.clips] == ["blues.00000", "blues.00001", "pop.00000"]
    store = FeatureStore(collection.id, collection.front_ends[1])
    there = store.available(collection.clips)
    assert [clip.name for clip in there] == ["blues.00000", "blues.00001"]
    assert store.valid_frames(there) == [3, 2]
    features = store.load(there)
    np.testing.assert_array_equal(features[0], np.arange(57)[:, None] + [0, 100, 200])
    np.testing.assert_array_equal(features[1], np.column_stack([np.arange(57) + 7, np.arange(57) + 8, np.zeros(57)]))


def test_a_clip_that_lacks_a_figure_of_a_part_is_left_out(clips, tmp_path: Path) -> None:
    rows = [row(f"{clip}.{third}.wav", third) for clip in ("blues.00000", "pop.00000") for third in range(3)]
    rows[1] = rows[1].replace(",1.0,", ",,", 1).replace(",1,", ",,", 1)
    collection = add_features(clips, written(tmp_path / "thirds.csv", *rows))
    there = FeatureStore(collection.id, collection.front_ends[1]).available(collection.clips)
    assert [clip.name for clip in there] == ["pop.00000"]


@pytest.mark.parametrize("lengths", [(220_500, 110_250), (0, 0)])
def test_parts_of_different_or_unknown_length_are_not_taken(clips, tmp_path: Path, lengths: tuple[int, int]) -> None:
    rows = [row(f"blues.00000.{part}.wav", part, length=length) for part, length in enumerate(lengths)]
    with pytest.raises(CollectionError, match=r"No clip in .* matches"):
        add_features(clips, written(tmp_path / "parts.csv", *rows))
