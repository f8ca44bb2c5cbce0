from core.clips.clip import Clip
from dashboard.gallery.views import choose_clips

CLIPS = [Clip(f"{genre}.{number}", genre, None, 30.0, 1, 1) for genre in ("blues", "jazz") for number in range(9)]


def names(clips: list[Clip]) -> list[str]:
    return [clip.name for clip in clips]


def test_without_shuffling_the_first_clips_are_shown() -> None:
    chosen = choose_clips(CLIPS, ("blues", "jazz"), n_per_genre=2, shuffle=0)
    assert names(chosen) == ["blues.0", "blues.1", "jazz.0", "jazz.1"]


def test_the_same_shuffle_shows_the_same_clips() -> None:
    first = choose_clips(CLIPS, ("blues", "jazz"), n_per_genre=3, shuffle=5)
    assert first == choose_clips(CLIPS, ("blues", "jazz"), n_per_genre=3, shuffle=5)
    assert first != choose_clips(CLIPS, ("blues", "jazz"), n_per_genre=3, shuffle=6)


def test_a_genre_shows_the_same_clips_whatever_stands_beside_it() -> None:
    both = choose_clips(CLIPS, ("blues", "jazz"), n_per_genre=3, shuffle=5)
    alone = choose_clips(CLIPS, ("jazz",), n_per_genre=3, shuffle=5)
    assert both[3:] == alone


def test_more_clips_than_there_are_gives_all() -> None:
    assert len(choose_clips(CLIPS, ("blues",), n_per_genre=20, shuffle=1)) == 9
