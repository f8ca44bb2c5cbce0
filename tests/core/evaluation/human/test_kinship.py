"""Kinship of genres, and whether mistakes go with it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from core.errors import RunError
from core.evaluation.human.kinship import kinship_of_mistakes, kinship_sentence, literature_kinship, read_kinship
from core.evaluation.human.literature import GENRES, LINKS, SOURCES
from core.evaluation.published import STUDY

TABLE = b"genre_a,genre_b,kinship,source\nBlues,Jazz,3,Me\nblues,ROCK,2,\njazz,rock,0,\nrock,metal,2.5,A book\n"


def test_every_link_is_between_two_of_the_genres_and_has_a_source_that_is_told() -> None:
    pairs = [frozenset((link.first, link.second)) for link in LINKS]
    assert len(set(pairs)) == len(pairs)
    assert all(len(pair) == 2 and pair <= set(GENRES) for pair in pairs)
    assert all(link.sources and set(link.sources) <= SOURCES.keys() and link.why for link in LINKS)
    assert {link.strength for link in LINKS} == {1, 2, 3}
    assert {key for link in LINKS for key in link.sources} == SOURCES.keys()
    for key, source in SOURCES.items():
        assert key.endswith(str(source.year))
        assert 1960 <= source.year <= 2026
        assert str(source.year) in source.text
    assert sorted(GENRES) == list(GENRES) == sorted(STUDY.genres)


def test_the_study_s_mistakes_go_with_kinship() -> None:
    kinship = literature_kinship()
    assert np.array_equal(kinship.strength, kinship.strength.T)
    found = kinship_of_mistakes(STUDY.matrix, kinship)
    assert len(found.pairs) == 45
    # Four reggae clips of 20 taken for hip-hop, two of 20 the other way; six of jazz for classical, none the other.
    confused = found.pairs.set_index(["first", "second"])["confusion"]
    assert confused["reggae", "hiphop"] == pytest.approx(0.15)
    assert confused["jazz", "classical"] == pytest.approx(0.15)
    expected = spearmanr(found.pairs["confusion"], found.pairs["kinship"])[0]
    assert found.correlation.value == pytest.approx(expected)
    assert found.correlation.value == pytest.approx(0.40, abs=0.01)
    assert found.correlation.p_value is not None
    assert found.correlation.p_value < 0.02
    text = kinship_sentence(found)
    assert "more often than chance would have it" in text
    assert "45 pairs of 10 genres" in text


@settings(max_examples=10)
@given(st.permutations(range(10)))
def test_neither_the_order_of_genres_nor_which_way_they_are_confused_matters(order: list[int]) -> None:
    genres = [STUDY.genres[place] for place in order]
    kinship = literature_kinship()
    found = kinship_of_mistakes(STUDY.matrix.loc[genres, genres], kinship)
    assert found.correlation.value == pytest.approx(kinship_of_mistakes(STUDY.matrix, kinship).correlation.value)
    assert kinship_of_mistakes(STUDY.matrix.T, kinship).correlation.n_genres == 10


def test_perfect_and_unkin_mistakes() -> None:
    kinship = read_kinship(TABLE, "k.csv")
    genres = list(kinship.genres)
    assert genres == ["Blues", "Jazz", "ROCK", "metal"]
    perfect = pd.DataFrame(np.eye(4, dtype=int) * 5, index=genres, columns=genres)
    nothing = kinship_of_mistakes(perfect, kinship)
    assert nothing.correlation.value is None
    assert "cannot be said" in kinship_sentence(nothing)
    # Confused exactly as they are kin.
    alike = pd.DataFrame([[4, 6, 4, 0], [6, 8, 0, 0], [4, 0, 5, 5], [0, 0, 5, 9]], index=genres, columns=genres)
    found = kinship_of_mistakes(alike, kinship)
    assert found.correlation.is_exact
    assert found.correlation.value is not None
    assert found.correlation.value > 0.9
    strange = pd.DataFrame([[9, 0, 0, 5], [0, 9, 5, 0], [0, 5, 9, 0], [5, 0, 0, 9]], index=genres, columns=genres)
    text = kinship_sentence(kinship_of_mistakes(strange, kinship))
    assert "is not shown" in text
    assert "Confused without being kin there: Blues and metal; Jazz and ROCK." in text


def test_a_table_of_one_s_own_is_read_whatever_the_spelling() -> None:
    kinship = read_kinship(TABLE, "k.csv")
    assert kinship.strength[0].tolist() == [0, 3, 2, 0]
    assert kinship.links[0].sources == ("Me",)
    assert len(kinship.links) == 3
    turned = read_kinship("\ufeffkinship;genre_b;genre_a\r\n1,5;Hip-Hop;Pop\r\n2;Rock;Pop\r\n".encode(), "k.csv")
    assert turned.strength.max() == 2
    matrix = pd.DataFrame(
        np.eye(4, dtype=int), index=["hiphop", "pop", "ROCK", "folk"], columns=["hiphop", "pop", "ROCK", "folk"]
    )
    found = kinship_of_mistakes(matrix, turned)
    assert found.genres == ("hiphop", "pop", "ROCK")
    assert found.left_out == ("folk",)
    with pytest.raises(RunError, match=r"there are 1 \(jazz\) of jazz, folk"):
        kinship_of_mistakes(pd.DataFrame(np.eye(2), index=["jazz", "folk"], columns=["jazz", "folk"]), kinship)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "It has no line"),
        (b"a,b\n1,2\n", "genre_a, genre_b, kinship is missing"),
        (b"genre_a,genre_b,kinship,kinship\n", "kinship is missing or there twice"),
        (b"genre_a,genre_b,kinship\na,b,x\n", "line 2: expected a kinship of 0 or more, got 'x'"),
        (b"genre_a,genre_b,kinship\na,b,-1\n", "got '-1'"),
        (b"genre_a,genre_b,kinship\na,b,nan\n", "got 'nan'"),
        (b"genre_a,genre_b,kinship\na,b\n", "got ''"),
        (b"genre_a,genre_b,kinship\na,A,1\n", "two different genres"),
        (b"genre_a,genre_b,kinship\n,b,1\n", "two genres of 1 to 300 characters"),
        (b"genre_a,genre_b,kinship\na,b,1\nb,a,2\n", "line 3: b and a had the kinship 1 before and have 2 here"),
        (b"genre_a,genre_b,kinship\na,b,1\n", "expected 3 to 200 genres, got 2"),
        (b"genre_a,genre_b,kinship\n\xff\xfe,b,1\n", "not text in UTF-8"),
        (b"x" * 1_000_001, "1,000,001 bytes"),
        (b'genre_a,genre_b,kinship\n"' + b"a" * 140_000 + b'",b,1\n', "field larger"),
    ],
)
def test_a_table_that_is_none_is_told_where(content: bytes, said: str) -> None:
    with pytest.raises(RunError, match=said):
        read_kinship(content, "k.csv")
