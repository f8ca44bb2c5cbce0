"""Archives unpacked, and those refused: nothing is ever written outside, nothing half remains."""

import gzip
import io
import struct
import tarfile
import zipfile

import pytest

from core.errors import CollectionError
from core.importing.archives import ArchiveLimits, archive_stem, is_archive_name, remove_leftovers, unpack_archive

FILES = {"set/blues/a.wav": b"a" * 3000, "set/jazz/é.wav": b"b", "set/empty.txt": b""}


@pytest.fixture
def here(tmp_path):
    """Without the home beside it."""
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


def make_zip(path, files=FILES, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return path


def make_tar(path, files=FILES, mode="w"):
    with tarfile.open(path, mode) as opened:
        for name, content in files.items():
            add(opened, name, content)
    return path


def add(opened, name, content=b"", **changes):
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    for field, value in changes.items():
        setattr(entry, field, value)
    opened.addfile(entry, io.BytesIO(content))


def content_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(archive, here, match, **options):
    with pytest.raises(CollectionError, match=match):
        unpack_archive(archive, here / "out" / "x", **options)
    assert list((here / "out").iterdir()) == []
    assert {path.name for path in here.iterdir()} <= {archive.name, "out"}


@pytest.mark.parametrize(
    "name", ["a.zip", "a.tar", "a.tar.gz", "a.tgz", "a.tar.bz2", "a.tar.xz", "A.ZIP", "stored.zip", "lzma.zip"]
)
def test_each_kind_gives_the_same_files(here, name):
    archive = here / name
    if name.lower().endswith("zip"):
        method = {"stored.zip": zipfile.ZIP_STORED, "lzma.zip": zipfile.ZIP_LZMA}.get(name, zipfile.ZIP_DEFLATED)
        make_zip(archive, compression=method)
    else:
        make_tar(
            archive,
            mode={"gz": "w:gz", "bz2": "w:bz2", "xz": "w:xz"}.get(name.replace("tgz", "gz").split(".")[-1], "w"),
        )
    seen = []
    target = unpack_archive(archive, here / "out" / "x", on_bytes=lambda done, total: seen.append((done, total)))
    assert content_of(target) == FILES
    assert seen
    assert all(0 <= done <= total for done, total in seen)
    assert [path.name for path in target.parent.iterdir()] == ["x"]
    assert target.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("/etc/cron.d/x", "absolute path"),
        ("C:/Windows/x", "absolute path"),
        ("c:x", "absolute path"),
        ("\\\\server\\share\\x", "absolute path"),
        ("../x", r"'\.\.'"),
        ("a/../../x", r"'\.\.'"),
        ("..\\x", r"'\.\.'"),
        ("/".join("a" * 40), "too deep"),
        ("a" * 300, "too long"),
        ("a/. /b", "dots or blanks"),
    ],
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_that_lead_elsewhere_are_refused(here, name, match, kind):
    files = {"ok.wav": b"ok", name: b"evil"}
    archive = make_zip(here / "a.zip", files) if kind == "zip" else make_tar(here / "a.tar", files)
    refused(archive, here, match)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a/x.wav", "a/x.wav"),
        ("a/x.wav", "a/X.WAV"),
        ("a/x.wav", "A/y.wav"),
        ("caf\u00e9.wav", "cafe\u0301.wav"),
        ("x.wav", "x.wav."),
        ("x", "x/y.wav"),
        ("x/y.wav", "x"),
    ],
)
def test_names_that_collide_are_refused(here, first, second):
    archive = here / "a.tar"
    with tarfile.open(archive, "w") as opened:
        add(opened, first, b"1")
        add(opened, second, b"2")
    refused(archive, here, "collides|same path")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_of_tar_are_refused(here, kind):
    archive = here / "a.tar"
    with tarfile.open(archive, "w") as opened:
        add(opened, "ok.wav", b"ok")
        add(opened, "evil", type=kind, linkname="/etc/passwd")
        add(opened, "evil/x", b"through the link")
    refused(archive, here, "link or special file")


def test_links_of_zip_are_refused(here):
    archive = here / "a.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        entry = zipfile.ZipInfo("evil")
        entry.external_attr = 0o120777 << 16
        opened.writestr(entry, "/etc/passwd")
    refused(archive, here, "link or special file")


def test_an_encrypted_zip_is_refused(here):
    archive = make_zip(here / "a.zip", {"a.wav": b"secret"})
    raw = bytearray(archive.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(raw)
    refused(archive, here, "encrypted")


def test_bombs_are_refused_by_what_they_claim_and_by_what_they_hold(here):
    limits = ArchiveLimits(free_bytes=1_000_000, max_ratio=50)
    zeros = bytes(20_000_000)
    refused(make_zip(here / "a.zip", {"z.wav": zeros}), here, "designed to fill the disk", limits=limits)
    (here / "a.zip").unlink()
    refused(make_tar(here / "a.tgz", {"z.wav": zeros}, "w:gz"), here, "designed to fill the disk", limits=limits)
    (here / "a.tgz").unlink()
    # After the end of the tar, where nobody looks.
    tail = here / "a.tar.gz"
    tail.write_bytes(gzip.compress(make_tar(here / "b.tar").read_bytes() + zeros))
    (here / "b.tar").unlink()
    refused(tail, here, "designed to fill the disk", limits=limits)


def test_a_size_that_lies_does_not_help(here):
    archive = make_zip(here / "a.zip", {"z.wav": bytes(20_000_000)})
    raw = bytearray(archive.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = raw.index(signature) + offset
        raw[place : place + 4] = struct.pack("<I", 10)
    archive.write_bytes(raw)
    refused(archive, here, "damaged|fill the disk", limits=ArchiveLimits(free_bytes=1_000_000, max_ratio=50))


def test_bytes_are_counted_as_they_are_written(here):
    limits = ArchiveLimits(max_bytes=4_000)
    assert unpack_archive(make_zip(here / "a.zip"), here / "x", limits=limits) is not None
    more = make_zip(here / "b.zip", FILES | {"more": b"c" * 1001})
    with pytest.raises(CollectionError, match="fill the disk"):
        unpack_archive(more, here / "y", limits=limits)


def test_too_many_entries_are_refused(here):
    archive = make_tar(here / "a.tar", {f"{number}": b"" for number in range(30)})
    refused(archive, here, "more than 20 entries", limits=ArchiveLimits(max_entries=20))


def test_a_tar_header_is_not_read_into_memory_whole(here):
    archive = here / "a.tar.gz"
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 40_000_000
    archive.write_bytes(gzip.compress(header.tobuf() + bytes(40_000_000)))
    refused(archive, here, "a header of 40,000,000 bytes")


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "tar"])
@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9])
def test_truncated_archives_leave_nothing(here, kind, keep):
    files = {f"{number}.wav": bytes(range(256)) * 40 for number in range(8)}
    archive = here / f"a.{kind}"
    if kind == "zip":
        make_zip(archive, files)
    else:
        make_tar(archive, files, "w:gz" if kind == "tar.gz" else "w")
    archive.write_bytes(archive.read_bytes()[: int(keep * archive.stat().st_size)])
    refused(archive, here, "damaged")


def test_a_wrong_byte_in_a_compressed_tar_is_noticed(here):
    archive = make_tar(here / "a.tar.gz", {"x": bytes(range(256)) * 100}, "w:gz")
    raw = bytearray(archive.read_bytes())
    raw[-6] ^= 0xFF  # in the checksum
    archive.write_bytes(raw)
    refused(archive, here, "cannot be unpacked|damaged")


def test_what_is_no_archive_is_said(here):
    archive = here / "song.zip"
    archive.write_bytes(b"RIFF" + bytes(1000))
    refused(archive, here, "damaged or not an archive")
    assert is_archive_name("GTZAN.TAR.GZ")
    assert not is_archive_name("song.wav")
    assert archive_stem("my.genres.tar.gz") == "my.genres"


def test_macos_attributes_are_left_out(here):
    archive = make_zip(here / "a.zip", {"a/x.wav": b"1", "__MACOSX/a/._x.wav": b"2"})
    assert content_of(unpack_archive(archive, here / "x")) == {"a/x.wav": b"1"}


def test_stopped_it_leaves_nothing(here):
    asked = []

    def should_stop():
        asked.append(1)
        return len(asked) > 2

    archive = make_zip(here / "a.zip")
    assert unpack_archive(archive, here / "out" / "x", should_stop=should_stop) is None
    assert list((here / "out").iterdir()) == []


def test_leftovers_of_a_killed_process_are_removed_and_only_those(here):
    for name in (".x.abc.unpacking", ".y.abc.unpacking", "x"):
        (here / name).mkdir()
    remove_leftovers(here / "x")
    assert sorted(path.name for path in here.iterdir()) == [".y.abc.unpacking", "x"]
    with pytest.raises(CollectionError, match="already exists"):
        unpack_archive(make_zip(here / "a.zip"), here / "x")


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
@pytest.mark.parametrize("kind", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_a_tar_of_too_many_entries_is_refused_before_it_is_unpacked(here, monkeypatch, mode, kind):
    archive = here / "a.tar.gz"
    with tarfile.open(archive, mode, format=kind) as opened:
        for n in range(1_200):
            add(opened, f"{'é' * 60 if n % 2 else 'g'}/{n}.wav", b"x" * (n % 3))
    monkeypatch.setattr("core.importing.archives._Writer.write", lambda *_: pytest.fail("something was unpacked"))
    refused(archive, here, r"more than 1,000 entries \(1,001 or more\)", limits=ArchiveLimits(max_entries=1_000))


def test_a_tar_with_long_names_has_as_many_entries_as_files(here):
    archive = here / "a.tar"
    files = {f"{'n' * 150}/{n}.wav": b"x" for n in range(900)}
    for kind in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        with tarfile.open(archive, "w", format=kind) as opened:
            for name, content in files.items():
                add(opened, name, content)
        target = unpack_archive(archive, here / f"out-{kind}", limits=ArchiveLimits(max_entries=1_000))
        assert len(list(target.rglob("*.wav"))) == 900


def test_a_zip_of_too_many_entries_is_refused_before_it_is_read(here, monkeypatch):
    archive = make_zip(here / "a.zip", {f"g/{n}.wav": b"" for n in range(2_000)}, zipfile.ZIP_STORED)
    monkeypatch.setattr("zipfile.ZipFile", lambda *_, **__: pytest.fail("the archive was opened"))
    refused(archive, here, r"a\.zip has more than 1,000 entries \(2,000\)", limits=ArchiveLimits(max_entries=1_000))


def test_a_zip_that_lies_about_the_number_of_its_entries_is_refused_before_it_is_unpacked(here, monkeypatch):
    archive = make_zip(here / "a.zip", {f"g/{n}.wav": b"" for n in range(2_000)}, zipfile.ZIP_STORED)
    content = bytearray(archive.read_bytes())
    at = content.rfind(b"PK\5\6")
    content[at + 8 : at + 12] = struct.pack("<HH", 3, 3)
    archive.write_bytes(content)
    monkeypatch.setattr("core.importing.archives._Writer.write", lambda *_: pytest.fail("something was unpacked"))
    refused(archive, here, "more than 1,000 entries", limits=ArchiveLimits(max_entries=1_000))


def test_a_zip64_states_its_entries(here, monkeypatch):
    archive = make_zip(here / "a.zip", {f"{n}": b"" for n in range(65_600)}, zipfile.ZIP_STORED)
    monkeypatch.setattr("zipfile.ZipFile", lambda *_, **__: pytest.fail("the archive was opened"))
    refused(archive, here, r"\(65,600\)", limits=ArchiveLimits(max_entries=65_000))


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("cp437", "Café/é ü ñ.wav"), ("cp850", "São/ÁÂÀ ø.wav"), ("utf-8", "日本/é.wav"), ("cp866", "Рок/песня.wav")],
)
def test_names_in_the_code_page_of_windows_are_read(here, encoding, name):
    plain = "x" * len(name.encode(encoding))
    archive = make_zip(here / "a.zip", {plain: b"1"}, zipfile.ZIP_STORED)
    archive.write_bytes(archive.read_bytes().replace(plain.encode(), name.encode(encoding)))
    assert content_of(unpack_archive(archive, here / "out" / "x")) == {name: b"1"}
