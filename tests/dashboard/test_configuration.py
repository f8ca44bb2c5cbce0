"""Streamlit's configuration: the same wherever the dashboard is started."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from core.settings import REPOSITORY
from tests.pages.apps import run_page, texts

COPIES = [folder / ".streamlit" / "config.toml" for folder in (REPOSITORY, REPOSITORY / "dashboard")]
# Streamlit's own command, up to where the server would be started.
RUN = """
import json, sys
from streamlit import config
from streamlit.web import bootstrap, cli

def told(*_):
    # Random at each start, and where secrets are looked for.
    names = set(config.get_config_options()) - {"server.cookieSecret", "secrets.files"}
    print(json.dumps({name: config.get_option(name) for name in names}, default=str))

bootstrap.run_asgi_app = told
cli.main(["run", *sys.argv[1:]])
"""


def options(folder: Path, home: Path, *arguments: str) -> dict[str, Any]:
    """Every option in force after a start in a folder."""
    printed = subprocess.run(
        [sys.executable, "-c", RUN, str(REPOSITORY / "dashboard" / "app.py"), *arguments],
        cwd=folder,
        env={"HOME": str(home), "USERPROFILE": str(home), "STREAMLIT_SERVER_HEADLESS": "true"},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(printed.stdout.splitlines()[-1]))


def flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Options by their dotted names."""
    found = {}
    for name, value in table.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return found


def test_both_files_are_the_same() -> None:
    assert COPIES[0].read_bytes() == COPIES[1].read_bytes()


def test_the_safe_defaults_hold_wherever_it_is_started(tmp_path: Path) -> None:
    here = options(REPOSITORY, tmp_path)
    assert options(tmp_path, tmp_path) == here
    for name, value in flat(tomllib.loads(COPIES[0].read_text())).items():
        assert here[name] == value, name
    assert here["server.address"] == "localhost"
    assert here["browser.gatherUsageStats"] is False
    assert here["client.showErrorDetails"] == "type"


def test_one_number_says_how_large_an_upload_may_be(home: Path) -> None:
    limit = tomllib.loads(COPIES[0].read_text())["server"]["maxUploadSize"]
    assert limit == 500
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert f"archives up to {limit} MB" in readme
    assert f"Uploads may have {limit} MB" in readme
    app = run_page("collections")
    assert app.file_uploader(key="import-upload").proto.max_upload_size_mb == limit
    assert f"Up to {limit} MB. Until it is stored" in texts(app)


@pytest.mark.parametrize("folder", [REPOSITORY, REPOSITORY / "dashboard"])
def test_the_command_line_goes_before(folder: Path, tmp_path: Path) -> None:
    assert options(folder, tmp_path, "--server.address", "0.0.0.0")["server.address"] == "0.0.0.0"
