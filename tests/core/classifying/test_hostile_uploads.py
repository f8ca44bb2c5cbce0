"""Files that strangers drop: each gets its verdict or a reason, whether it is uploaded or lies in a folder."""

import sys
from pathlib import Path

import pytest

from core.classifying.judging import Song, judge_song
from core.classifying.working import appoint_panel
from core.names import readable_name
from tests.core.classifying.conftest import LightHome
from tests.core.hostile.uploads import hostile_uploads

EXPECTED_WORDS = ("Expected", "expected", "Obtain", "export it again", "unpack", "convert")
"""One of them is in each reason: what to do, or what would be right."""


_NO_SUCH_NAMES = pytest.mark.skipif(sys.platform == "win32", reason="names that Windows does not allow")


@pytest.mark.parametrize(
    "as_file", [pytest.param(False, id="upload"), pytest.param(True, id="file", marks=_NO_SUCH_NAMES)]
)
def test_each_gets_its_verdict_or_a_reason(light: LightHome, tmp_path: Path, *, as_file: bool) -> None:
    panel = appoint_panel([light.all_genres])
    wrong = []
    for upload in hostile_uploads():
        song = Song(upload.name, upload.content)
        if as_file:
            path = tmp_path / upload.name
            path.write_bytes(upload.content)
            song = Song(str(path))
        result = judge_song(panel, song)
        told = result.warnings if upload.is_sound else result.error
        if bool(result.genre) != upload.is_sound or bool(result.error) == upload.is_sound:
            wrong.append((upload.name, result.genre, result.error))
        elif (upload.said not in told) if upload.said else told:
            wrong.append((upload.name, told))
        elif upload.is_sound and (result.genre, result.reliable) != ("bass", True):
            wrong.append((upload.name, result.genre))
        elif not upload.is_sound and not any(word in told for word in EXPECTED_WORDS):
            wrong.append((upload.name, "what to do?", told))
        elif readable_name(told) != told:
            wrong.append((upload.name, "not readable", told))
    assert not wrong, "\n".join(map(str, wrong))
