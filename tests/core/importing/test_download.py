"""Fetching published collections from a server on this computer, with the faults that servers have."""

import hashlib
import io
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from dataclasses import replace

import pytest

from core.collections.registry import forget_collection, is_ready, load_collection
from core.errors import CollectionError
from core.importing import download, published, transfer
from core.importing.download import download_collection
from core.jobs.folder import request_stop
from core.jobs.reporter import ProgressReporter
from core.jobs.start import start_job
from core.jobs.watch import read_progress
from core.settings import REPOSITORY
from tests.core.importing.server import Behaviour, serving
from tests.waiting import until


@pytest.fixture(scope="session")
def archive(tiny_template):
    """A zip as GitHub makes it: one folder around everything."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        opened.writestr("gtzan_mini-main/README.md", "clips")
        for path in sorted(tiny_template.rglob("*.flac")):
            opened.write(path, f"gtzan_mini-main/genres/{path.relative_to(tiny_template)}")
    return stream.getvalue()


@pytest.fixture
def server(archive, monkeypatch):
    with serving(archive) as behaviour:
        monkeypatch.setenv("GENRE_LAB_GTZAN_MINI_URL", behaviour.url)
        here = replace(
            published.GTZAN_MINI, md5=hashlib.md5(archive).hexdigest(), archive_bytes=len(archive), unpacked_bytes=10**6
        )
        monkeypatch.setitem(published.PUBLISHED, "gtzan-mini", here)
        monkeypatch.setattr(transfer, "WAITS_S", (0.01, 0.01))
        yield behaviour


def leftovers(home):
    """Everything under ``data`` except locks and the version."""
    return sorted(
        str(path.relative_to(home / "data"))
        for path in (home / "data").rglob("*")
        if path.is_file() and path.suffix != ".lock" and path.name != "home.json"
    )


def nothing_looks_complete(home):
    assert not is_ready("gtzan-mini")
    assert not (home / "data" / "imported" / "gtzan-mini").exists()
    assert all(name.endswith(".part") for name in leftovers(home)), leftovers(home)
    return True


def test_fetched_unpacked_and_registered(server: Behaviour, home):
    seen = []
    reporter = ProgressReporter(on_update=seen.append, interval_s=0)
    collection = download_collection("gtzan-mini", reporter)
    assert collection == load_collection("gtzan-mini")
    assert collection.title == "GTZAN mini"
    assert "Tzanetakis and Cook" in collection.source
    assert "No clear licence" in collection.licence
    assert collection.counts == {"bass": 8, "hiss": 8, "treble": 8}
    assert collection.root == home / "data" / "imported" / "gtzan-mini" / "gtzan_mini-main" / "genres"
    assert collection.skipped == ()
    assert {one.phase for one in seen} >= {"Downloading GTZAN mini", "Unpacking GTZAN mini"}
    megabytes = f"{len(server.content) / 1e6:,.0f}"
    assert f"{megabytes} of {megabytes} MB" in [one.detail for one in seen]
    assert not (home / "data" / "downloads" / "gtzan-mini").exists()
    assert download_collection("gtzan-mini") == collection
    assert server.asked == [""]


def test_forgotten_and_got_again_without_fetching(server: Behaviour):
    first = download_collection("gtzan-mini")
    forget_collection("gtzan-mini")
    assert download_collection("gtzan-mini") == first
    assert len(server.asked) == 1
    shutil.rmtree(first.root)
    forget_collection("gtzan-mini")
    assert len(download_collection("gtzan-mini").clips) == 24
    assert len(server.asked) == 2


def test_a_cut_connection_is_taken_up_where_it_broke(server: Behaviour):
    server.cut_after = [10_000, 20_000]
    assert download_collection("gtzan-mini") is not None
    assert server.asked == ["", "bytes=10000-", "bytes=30000-"]


@pytest.mark.parametrize("states_size", [True, False])
def test_without_ranges_it_begins_anew(server: Behaviour, states_size):
    server.ranges, server.states_size = False, states_size
    server.cut_after = [10_000] if states_size else []
    assert download_collection("gtzan-mini") is not None
    assert server.asked == (["", "bytes=10000-"] if states_size else [""])


def test_passing_faults_of_the_server_are_waited_out(server: Behaviour):
    server.status = [503, 429]
    assert download_collection("gtzan-mini") is not None
    assert len(server.asked) == 3


def test_a_part_of_another_file_is_thrown_away(server: Behaviour, home):
    part = home / "data" / "downloads" / "gtzan-mini" / "gtzan_mini-main.zip.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 5_000)
    assert download_collection("gtzan-mini") is not None
    assert server.asked == ["bytes=5000-", ""]
    forget_collection("gtzan-mini")
    shutil.rmtree(home / "data" / "imported")
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * (len(server.content) + 9))
    assert download_collection("gtzan-mini") is not None
    assert server.asked[2:] == [f"bytes={len(server.content) + 9}-", ""]


def test_wrong_bytes_are_named_and_not_kept(server: Behaviour, home):
    expected = hashlib.md5(server.content).hexdigest()
    server.content = server.content[:-1] + b"?"
    with pytest.raises(CollectionError) as caught:
        download_collection("gtzan-mini")
    message = str(caught.value)
    for part in (server.url, expected, hashlib.md5(server.content).hexdigest(), "import it by path on Collections"):
        assert part in message
    assert leftovers(home) == []


def test_far_too_many_bytes_are_refused_early(server: Behaviour, home):
    server.content = server.content * 3
    with pytest.raises(CollectionError, match="more than twice"):
        download_collection("gtzan-mini")
    server.states_size = False
    with pytest.raises(CollectionError, match="more than twice"):
        download_collection("gtzan-mini")
    assert leftovers(home) == []


def test_a_silent_server_is_given_up(server: Behaviour, home, monkeypatch):
    monkeypatch.setattr(transfer, "SILENCE_TIMEOUT_S", 0.3)
    server.hangs = True
    with pytest.raises(CollectionError, match="silent"):
        download_collection("gtzan-mini")
    assert len(server.asked) <= 1 + len(transfer.WAITS_S)
    assert nothing_looks_complete(home)


def test_offline_says_which_address_and_what_to_do(server: Behaviour, home, monkeypatch):
    monkeypatch.setenv("GENRE_LAB_GTZAN_MINI_URL", "http://127.0.0.1:9/nothing.zip")
    with pytest.raises(CollectionError) as caught:
        download_collection("gtzan-mini")
    message = str(caught.value)
    assert "http://127.0.0.1:9/nothing.zip: there is no connection to the server" in message
    assert str(home / "data") in message
    assert "GENRE_LAB_GTZAN_MINI_URL" in message


def test_a_missing_file_and_a_bad_address_are_not_tried_again(server: Behaviour, monkeypatch):
    server.status = [404, 404]
    with pytest.raises(CollectionError, match="answers 404"):
        download_collection("gtzan-mini")
    assert len(server.asked) == 1
    monkeypatch.setenv("GENRE_LAB_GTZAN_MINI_URL", "nowhere")
    with pytest.raises(CollectionError, match="not a web address"):
        download_collection("gtzan-mini")
    with pytest.raises(CollectionError, match="gtzan-mini, gtzan"):
        download_collection("fma")


def test_too_small_a_disk_is_said_before_anything_is_fetched(server: Behaviour, monkeypatch):
    usage = shutil.disk_usage("/")._replace(free=10_000_000)
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(CollectionError, match=r"needs 2\d\d MB of disk .* 10 MB free"):
        download_collection("gtzan-mini")
    assert server.asked == []


def test_stopped_it_goes_on_later(server: Behaviour, home):
    server.pause_s = 0.001

    class Impatient(ProgressReporter):
        @property
        def stop_requested(self):
            return self._progress.done > 20_000

    assert download_collection("gtzan-mini", Impatient(interval_s=0)) is None
    assert nothing_looks_complete(home)
    server.pause_s = 0
    assert download_collection("gtzan-mini") is not None
    assert server.asked[1].startswith("bytes=")


CHILD = """
import sys
from dataclasses import replace
from pathlib import Path
from core.importing import published
published.PUBLISHED["gtzan-mini"] = replace(
    published.GTZAN_MINI, md5=sys.argv[2], archive_bytes=int(sys.argv[3]), unpacked_bytes=10**6)
from core.worker import main
sys.exit(main(Path(sys.argv[1])))
"""


def test_killed_in_the_middle_it_leaves_nothing_that_looks_complete(server: Behaviour, home):
    server.pause_s = 0.01
    folder = home / "models" / "jobs" / "download-gtzan-mini"
    folder.mkdir(parents=True)
    (folder / "spec.json").write_text('{"kind": "download", "collection_id": "gtzan-mini"}')
    here = published.PUBLISHED["gtzan-mini"]
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), here.md5, str(here.archive_bytes)], cwd=REPOSITORY, env=os.environ
    )
    part = home / "data" / "downloads" / "gtzan-mini" / "gtzan_mini-main.zip.part"
    until(lambda: child.poll() is not None or (part.exists() and part.stat().st_size >= 5_000))
    assert child.poll() is None
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert read_progress("download-gtzan-mini").state == "interrupted"
    assert not is_ready("gtzan-mini")
    assert not (home / "data" / "imported").exists()
    server.pause_s = 0
    assert download_collection("gtzan-mini") is not None
    assert server.asked[1].startswith("bytes=")
    assert not part.parent.exists()


def test_the_job_downloads_with_progress_stops_and_fails_in_words(server: Behaviour):
    # The child knows the true checksum only: a small archive is another file for it.
    server.pause_s = 0.02
    start_job("download-gtzan-mini", {"kind": "download", "collection_id": "gtzan-mini"})
    until(lambda: (now := read_progress("download-gtzan-mini")) is not None and (now.done or now.ended))
    progress = read_progress("download-gtzan-mini")
    assert not progress.ended, progress
    assert progress.phase == "Downloading GTZAN mini"
    assert progress.detail.endswith("MB")
    request_stop("download-gtzan-mini")
    until(lambda: read_progress("download-gtzan-mini").ended)
    assert read_progress("download-gtzan-mini").state == "stopped"
