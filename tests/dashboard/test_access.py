"""Who may look and who may change: every way to configure it, and that what is configured in part opens nothing."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import dashboard.changes
from core.errors import AccessError
from core.settings import REPOSITORY
from dashboard import access
from tests.pages.apps import checked, rendered, texts
from tests.waiting import LIMIT_S

AUTH = {"client_id": "x", "client_secret": "y", "redirect_uri": "http://localhost:8501/oauth2callback"}
LISTS = {"change": ["Teacher@School.org"], "look": ["@school.org", "guest@else.org"]}
Secrets = Callable[..., None]


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Secrets:
    """Set what stands in secrets.toml, and what the sign-in says of the visitor."""
    monkeypatch.setattr(access, "find_spec", lambda name: object())

    def given(values: Mapping[str, Any], **claims: Any) -> None:
        monkeypatch.setattr(access, "_secrets", lambda: values)
        monkeypatch.setattr(access, "_claims", lambda: claims)

    return given


def changes() -> dict[str, Callable[..., object]]:
    """Every changing action, by its name."""
    found = {}
    for module in pkgutil.iter_modules(dashboard.changes.__path__):
        content = vars(importlib.import_module(f"dashboard.changes.{module.name}"))
        found |= {name: value for name, value in content.items() if hasattr(value, "__wrapped__")}
    return found


def test_without_configuration_everybody_may_change(secrets: Secrets) -> None:
    secrets({})
    assert access.access() == access.Access(may_look=True, why_not="")


@pytest.mark.parametrize(("value", "open_"), [("", True), ("0", True), ("1", False), ("yes", False)])
def test_read_only_by_the_environment(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch, value: str, open_: bool
) -> None:
    secrets({})
    monkeypatch.setenv(access.READ_ONLY, value)
    assert access.may_change() is open_


def test_read_only_by_the_command_line(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets({})
    monkeypatch.setenv(access.READ_ONLY, "")
    access.heed_arguments([])
    assert access.may_change()
    access.heed_arguments(["--read-only"])
    assert access.why_not() == "This dashboard is read-only."
    with pytest.raises(SystemExit):
        access.heed_arguments(["--readonly"])


@pytest.mark.parametrize(
    ("email", "may_look", "may_change"),
    [
        ("teacher@school.org", True, True),
        ("TEACHER@school.ORG ", True, True),
        ("pupil@school.org", True, False),
        ("guest@else.org", True, False),
        ("teacher@else.org", False, False),
        ("pupil@evil.school.org", False, False),
        ("pupil@school.org.evil.net", False, False),
        ("@school.org@evil.net", False, False),
        ("", False, False),
    ],
)
def test_the_lists_decide(secrets: Secrets, email: str, may_look: bool, may_change: bool) -> None:
    secrets({"auth": AUTH, "access": LISTS}, is_logged_in=True, email=email)
    visitor = access.access()
    assert (visitor.may_look, not visitor.why_not) == (may_look, may_change)


def test_read_only_holds_for_those_who_may_change_too(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(access.READ_ONLY, "1")
    secrets({"auth": AUTH, "access": LISTS}, is_logged_in=True, email="teacher@school.org")
    assert access.access() == access.Access(True, "This dashboard is read-only.", "teacher@school.org")
    secrets({"auth": AUTH, "access": LISTS}, is_logged_in=True, email="stranger@else.org")
    assert not access.access().may_look


@pytest.mark.parametrize("claims", [{}, {"is_logged_in": False, "email": "teacher@school.org"}])
def test_who_has_not_signed_in_sees_nothing(secrets: Secrets, claims: dict[str, Any]) -> None:
    secrets({"auth": AUTH, "access": LISTS}, **claims)
    assert not access.access().may_look


@pytest.mark.parametrize("verified", [False, "false", "False"])
def test_an_address_that_was_not_confirmed_counts_for_nothing(secrets: Secrets, verified: object) -> None:
    secrets({"auth": AUTH, "access": LISTS}, is_logged_in=True, email="teacher@school.org", email_verified=verified)
    assert not access.access().may_look


def test_a_star_is_everybody_who_can_sign_in(secrets: Secrets) -> None:
    secrets({"auth": AUTH, "access": {"look": ["*"]}}, is_logged_in=True, email="any@where.net")
    assert access.access().may_look
    assert not access.may_change()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"auth": AUTH}, r"\[access\] is missing"),
        ({"access": LISTS}, r"\[auth\] is missing"),
        ({"auth": AUTH, "access": {"changes": ["a@b.c"]}}, "got changes"),
        ({"auth": AUTH, "access": {"change": "a@b.c"}}, "must be a list"),
        ({"auth": AUTH, "access": {"change": [1]}}, "must be a list"),
    ],
)
def test_half_a_configuration_opens_nothing(secrets: Secrets, values: dict[str, Any], words: str) -> None:
    secrets(values, is_logged_in=True, email="teacher@school.org")
    with pytest.raises(AccessError, match=words):
        access.access()


def test_a_login_without_its_package_opens_nothing(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets({"auth": AUTH, "access": LISTS}, is_logged_in=True, email="teacher@school.org")
    monkeypatch.setattr(access, "find_spec", lambda name: None)
    with pytest.raises(AccessError, match="streamlit\\[auth\\]"):
        access.access()


def test_secrets_that_cannot_be_read_open_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit import config

    broken = tmp_path / "secrets.toml"
    broken.write_text("[auth\n")
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(broken)])
    try:
        with pytest.raises(AccessError, match=r"secrets\.toml cannot be read"):
            access.access()
        # One that lies where it is not read may hold the login as well.
        monkeypatch.setattr(access, "_PROJECT_SECRETS", tmp_path / "elsewhere.toml")
        (tmp_path / "elsewhere.toml").write_text("[auth]\n")
        with pytest.raises(AccessError, match=r"elsewhere\.toml is read only where"):
            access.access()
    finally:
        config.set_option("secrets.files", before)


def test_every_changing_action_is_refused_to_who_may_only_look(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets({})
    monkeypatch.setenv(access.READ_ONLY, "1")
    found = changes()
    assert len(found) >= 30
    for action in found.values():
        with pytest.raises(AccessError, match=r"read-only\. Nothing was changed"):
            action()


def test_pages_change_nothing_but_through_the_guard() -> None:
    """By name: what is guarded, and what is called like something that changes."""
    guarded = set(changes())
    verbs = re.compile(
        r"^(start|stop|resume|delete|forget|drop|import|rescan|exclude|restore|keep|move|set|request|dismiss|describe|"
        r"add|save|write|enqueue|create)_"
    )
    found = []
    for folder in ("dashboard", "pages"):
        for path in (REPOSITORY / folder).rglob("*.py"):
            if "changes" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("core"):
                    found += [
                        f"{path.name}: {alias.name}"
                        for alias in node.names
                        if alias.name in guarded or verbs.match(alias.name)
                    ]
    assert found == ["sealing.py: write_atomically"]  # the key of its addresses


def frame() -> AppTest:
    return checked(AppTest.from_file(str(REPOSITORY / "dashboard" / "frame.py"), default_timeout=LIMIT_S).run())


def test_who_has_not_signed_in_is_shown_the_sign_in_alone(secrets: Secrets) -> None:
    secrets({"auth": {"school": AUTH, "redirect_uri": "x"}, "access": LISTS})
    app = frame()
    assert [button.label for button in app.button] == ["Sign in with school"]
    assert not app.get("page_link")
    assert texts(app) == "Genre Lab\nYou have not signed in."


def test_who_is_not_listed_is_told_and_may_sign_out(secrets: Secrets) -> None:
    secrets({"auth": AUTH, "access": LISTS}, is_logged_in=True, email="me@else.org")
    app = frame()
    assert [button.label for button in app.button] == ["Sign in", "Sign out"]
    assert "me@else.org is not on the list of this dashboard" in rendered(app.warning[0].value)


def test_who_may_look_sees_the_pages_and_that_nothing_can_be_changed(secrets: Secrets) -> None:
    secrets({"auth": AUTH, "access": LISTS}, is_logged_in=True, email="pupil@school.org")
    app = frame()
    assert app.title[0].value
    notes = [caption.value for caption in app.sidebar.caption]
    assert any("You may look here, but not change anything" in note for note in notes)
    assert any("Signed in as" in note for note in notes)


def test_a_configuration_that_opens_nothing_is_told_on_the_page(secrets: Secrets) -> None:
    secrets({"access": LISTS})
    app = frame()
    assert "is missing" in app.error[0].value
    assert not app.title


def test_secrets_are_never_committed() -> None:
    assert "secrets.toml" in (REPOSITORY / ".gitignore").read_text().splitlines()
