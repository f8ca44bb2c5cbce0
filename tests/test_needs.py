"""In CI a test may only be skipped for what is truly missing; elsewhere for anything."""

import pytest

from tests import needs


@pytest.mark.parametrize(
    ("fixtures", "missing", "is_wrong"),
    [
        (("shared", "home"), (), True),
        (("shared",), ("shared",), False),
        (("shared", "browser"), ("shared",), False),
        (("shared", "browser"), (), True),
        (("home",), (), False),  # skipped for the operating system, say
    ],
)
def test_a_skip_is_wrong_where_all_needs_are_there(
    fixtures: tuple[str, ...], missing: tuple[str, ...], is_wrong: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("shared", "browser"):
        monkeypatch.setitem(needs.IS_THERE, name, lambda name=name: name not in missing)
    monkeypatch.setenv("CI", "true")
    assert needs.wrongly_skipped(fixtures) is is_wrong
    monkeypatch.delenv("CI")
    assert not needs.wrongly_skipped(fixtures)
