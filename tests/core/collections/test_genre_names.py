"""Labels as people write them: cut into genres, and spellings of one genre."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.collections.genre_names import genre_key, id3_genres, names_in, synonyms
from core.names import artist_key


@pytest.mark.parametrize(
    ("label", "names"),
    [
        ("Hip-Hop", ["Hip-Hop"]),
        ("HipHop/Rap", ["HipHop/Rap"]),
        ("(17)", ["Rock"]),
        ("17", ["17"]),
        ("(17)Rock", ["Rock"]),
        ("(4)Eurodisco", ["Eurodisco"]),
        ("(51)(39)", ["Techno-Industrial", "Noise"]),
        ("(250)", ["(250)"]),
        ("((Foo)", ["(Foo)"]),
        ("Rock; Pop", ["Rock", "Pop"]),
        ("Rock/Pop", ["Rock", "Pop"]),
        ("Rock//Pop/", ["Rock", "Pop"]),
        ("Rock, Pop", ["Rock", "Pop"]),
        ("Rock\0Pop", ["Rock", "Pop"]),
        ("Rock; rock", ["Rock"]),
        ("R&B", ["R&B"]),
        ("R&B/Soul", ["R&B/Soul"]),
        ("Pop/R&B", ["Pop", "R&B"]),
        ("Drum & Bass", ["Drum & Bass"]),
        ("AC/DC", ["AC/DC"]),
        ("N/A", ["N/A"]),
        ("Pop/Funk", ["Pop/Funk"]),
        ("Folk, World, & Country, Rock", ["Folk, World, & Country", "Rock"]),
        ("  ", []),
        ("/", []),
        ("-", ["-"]),
    ],
)
def test_a_label_is_cut_into_the_genres_that_it_names(label: str, names: list[str]) -> None:
    assert [name for name, _ in names_in(label)] == names


@pytest.mark.parametrize(
    "spellings",
    [
        ("Hip-Hop", "hip hop", "HipHop", "HIP_HOP", "Hip‐Hop"),
        ("Rock & Roll", "rock'n'roll", "Rock 'n' Roll", "Rock and Roll", "ROCK + ROLL"),
        ("Drum & Bass", "Drum'n'Bass", "drum n bass"),
        ("Música", "MÚSICA", unicodedata.normalize("NFD", "música")),
        ("Lo-Fi", "LoFi", "lo fi"),
        ("Alt. Rock", "Alt Rock"),
    ],
)
def test_spellings_of_one_genre_share_a_key(spellings: tuple[str, ...]) -> None:
    assert len({genre_key(spelling) for spelling in spellings}) == 1


def test_what_sounds_alike_is_not_one_genre() -> None:
    names = ("Pop", "Póp", "R&B", "RnB", "Rock", "Rock & Roll", "Sand", "S&", "Folk-Rock/Pop", "-", "--")
    assert len({genre_key(name) for name in names}) == len(names)


@given(st.text(max_size=40))
def test_any_label_gives_visible_names_and_no_two_spellings_of_one(label: str) -> None:
    found = names_in(label)
    keys = [genre_key(name) for name, _ in found]
    assert len(set(keys)) == len(keys)
    assert all(keys)
    assert all(name == name.strip() and "\n" not in name and "\0" not in name for name, _ in found)
    composed, decomposed = (unicodedata.normalize(form, label) for form in ("NFC", "NFD"))
    assert names_in(composed) == names_in(decomposed)
    assert genre_key(composed) == genre_key(decomposed)


def test_the_lists_are_whole() -> None:
    genres = id3_genres()
    assert len(genres) == 192
    assert [genres[code] for code in (0, 17, 79, 125, 139, 147, 164, 191)] == [
        *("Blues", "Rock", "Hard Rock", "Dance Hall", "Crossover", "Synthpop", "Global", "Psybient"),
    ]
    proposed = synonyms()
    assert proposed[genre_key("hip hop")] == proposed[genre_key("Rap")] == "hiphop"
    assert proposed[genre_key("heavy metal")] == "metal"
    assert proposed[genre_key("Other")] == ""
    assert genre_key("Blues Rock") not in proposed
    # A genre that is proposed is never proposed to become another one.
    assert all(proposed.get(genre_key(genre), genre) == genre for genre in proposed.values() if genre)


def test_artists_are_the_same_however_they_are_written() -> None:
    assert artist_key("The Beatles") == artist_key("BEATLES, The") == artist_key(" beatles ")
    assert artist_key("Björk") == artist_key(unicodedata.normalize("NFD", "BJÖRK"))
    assert artist_key("Simon & Garfunkel") == artist_key("Simon and Garfunkel")
    assert artist_key("The The") == "the"
    assert artist_key("The") == "the"
    assert artist_key("Theory") == "theory"
    assert artist_key("Bjork") != artist_key("Björk")
