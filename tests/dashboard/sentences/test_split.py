from core.splits.groups import Straddling, column_level
from core.splits.proposal import ArtistsKnown
from core.splits.summary import Leak, SplitSummary
from dashboard.sentences.split import artist_sentence, level_names, straddling_sentence
from dashboard.tables.split import split_table


def test_sentences_name_clips_and_groups() -> None:
    here = Straddling(level="repeat", n_groups=14, names=("a",), n_test_clips=1, n_test=200)
    assert straddling_sentence(Leak(here=here, by_clip=None)) == (
        ":material/join_inner: **1** of 14 groups of repeats is on both sides: 1 of 200 test clips repeat a clip "
        "that is used for training."
    )
    none = Straddling(level="artist", n_groups=3, names=(), n_test_clips=0, n_test=9)
    weaker = Straddling(level="artist", n_groups=3, names=("x", "y"), n_test_clips=5, n_test=9)
    assert straddling_sentence(Leak(here=none, by_clip=weaker)).endswith(
        "No artist is on both sides. By clip 5 of 9 test clips would be by an artist who is also used for training, "
        "which flatters the accuracy."
    )
    other = Straddling(level="repeat", n_groups=3, names=("x", "y"), n_test_clips=5, n_test=9)
    clean = Straddling(level="repeat", n_groups=3, names=(), n_test_clips=0, n_test=9)
    assert straddling_sentence(Leak(here=clean, by_clip=other)).endswith(
        "By clip 2 groups of repeats would be, with 5 test clips."
    )


def test_the_proposal_by_artist_says_why() -> None:
    known = ArtistsKnown(n_known=95, n_clips=100, n_fewest=4)
    why = "the artist of 95 of 100 clips is known, and each genre has at least 4 artists."
    assert artist_sentence(known, "artist", is_study=False) == f"By artist is proposed for these clips: {why}"
    assert artist_sentence(known, "clip", is_study=False) == f"By artist is possible and stricter: {why}"
    assert artist_sentence(known, "clip", is_study=True).startswith(
        "The study divided by clip, and so does its preset."
    )
    assert artist_sentence(known, "file", is_study=False) == ""


def test_a_column_of_the_collection_is_named_and_escaped() -> None:
    assert level_names("artist") == ("artist", "artists")
    assert level_names(column_level("*Album*")) == ("value of \\*Album\\*", "values of \\*Album\\*")


def test_a_split_is_tabled_by_genre_and_part() -> None:
    summary = SplitSummary(
        protocol="by clip",
        level="",
        unit="clip",
        sizes={"train": 12, "validation": 4, "test": 4},
        counts={
            "blues": {"train": 6, "validation": 2, "test": 2},
            "jazz": {"train": 6, "validation": 2, "test": 2},
        },
        n_groups=0,
        n_left_out=0,
        leaks=(),
        warnings=(),
    )
    assert split_table(summary).to_dict("list") == {
        "Genre": ["blues", "jazz"],
        "Train": [6, 6],
        "Validation": [2, 2],
        "Test": [2, 2],
    }
