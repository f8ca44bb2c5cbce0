"""Ctrl-C and termination at the command line."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from core.cli.interrupts import Terminated, Watch, heeding_signals
from core.cli.main import main


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Signals as in a terminal: a suite that was started in the background has Ctrl-C ignored."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_the_first_signal_asks_and_the_second_ends() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    told: list[str] = []
    watch = Watch(lambda: told.append("first"))
    with heeding_signals(watch):
        assert not watch.asked()
        assert watch.exit_code == 0
        signal.raise_signal(signal.SIGINT)
        assert watch.asked()
        assert (watch.exit_code, told) == (130, ["first"])
        with pytest.raises(Terminated):
            signal.raise_signal(signal.SIGTERM)
    assert told == ["first"]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_without_anything_to_keep_the_first_ends_at_once() -> None:
    watch = Watch()
    watch.can_end_well = False
    with pytest.raises(KeyboardInterrupt) as ended, heeding_signals(watch):
        signal.raise_signal(signal.SIGINT)
    assert not isinstance(ended.value, Terminated)
    assert not watch.asked()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no closed terminals")
def test_what_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with heeding_signals(Watch()) as watch:
            signal.raise_signal(signal.SIGHUP)
            assert not watch.asked()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_beside_the_main_thread_it_does_nothing() -> None:
    seen: list[bool] = []

    def work() -> None:
        with heeding_signals(Watch()) as watch:
            seen.append(watch.asked())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [False]


@pytest.mark.parametrize(("interrupt", "code"), [(KeyboardInterrupt(), 130), (Terminated("asked to end"), 143)])
def test_exit_codes(
    interrupt: KeyboardInterrupt, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise interrupt

    monkeypatch.setattr("core.cli.commands.run_command", interrupted)
    assert main(["collections"]) == code
    assert capsys.readouterr().err.strip() == "interrupted"
