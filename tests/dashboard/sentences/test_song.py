from core.prediction.song import SongVerdict, Window
from dashboard.sentences.song import verdict_sentence, windows_note


def verdict(blues: float, jazz: float, *, n_windows: int) -> SongVerdict:
    windows = tuple(Window(15.0 * place, 15.0 * place + 30.0, (blues, jazz)) for place in range(n_windows))
    return SongVerdict(("blues", "jazz"), (blues, jazz), windows, duration_s=15.0 * n_windows + 15.0)


def test_a_verdict_is_told_with_its_probability_windows_and_runner_up() -> None:
    assert verdict_sentence(verdict(0.25, 0.75, n_windows=3)) == (
        "Most probable: jazz, with a probability of 75.0 % (mean of 3 windows); then blues, 25.0 %."
    )
    one = SongVerdict(("blues",), (1.0,), (Window(0.0, 30.0, (1.0,)),), duration_s=30.0)
    assert verdict_sentence(one) == (
        "Most probable: blues, with a probability of 100.0 % (the whole song in one window)."
    )


def test_one_window_that_is_not_the_whole_song_says_what_was_heard() -> None:
    def heard(end_s: float) -> str:
        return verdict_sentence(SongVerdict(("blues",), (1.0,), (Window(0.0, end_s, (1.0,)),), duration_s=36.4))

    assert "(one window, 0 to 30 s of 36 s)" in heard(29.8)
    assert "(the whole song in one window)" in heard(35.9)


def test_the_note_on_windows_follows_their_number_and_overlap() -> None:
    assert windows_note([verdict(0.9, 0.1, n_windows=1)]).endswith("The song is one window.")
    assert "Where windows overlap," in windows_note([verdict(0.9, 0.1, n_windows=n) for n in (1, 3)])
    apart = (Window(0.0, 30.0, (1.0,)), Window(30.0, 60.0, (1.0,)))
    assert "without overlap;" in windows_note([SongVerdict(("blues",), (1.0,), apart, duration_s=61.0)])
