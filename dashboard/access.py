"""Who may look at the dashboard, and who may change something: the one place where that is decided.

Without configuration everybody who reaches the dashboard may do both. ``GENRE_LAB_READ_ONLY=1``, or ``--read-only``
after ``--`` on the command line, lets everybody look and nobody change. With Streamlit's own login (``[auth]`` in
``secrets.toml``) the lists of addresses in ``[access]`` of the same file decide: ``change`` and ``look``, each with
entries ``"name@place.org"``, ``"@place.org"`` for all addresses there, or ``"*"`` for everybody who can sign in.

What is configured in part, or cannot be read, opens nothing.
"""

import argparse
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from core.errors import AccessError
from core.settings import REPOSITORY

READ_ONLY = "GENRE_LAB_READ_ONLY"
SECRETS = REPOSITORY / "dashboard" / ".streamlit" / "secrets.toml"
"""Where secrets are found wherever the dashboard is started."""
_PROJECT_SECRETS = REPOSITORY / ".streamlit" / "secrets.toml"
_ROLES = ("change", "look")
_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Access:
    """What the visitor whose page is drawn may do.

    Attributes
    ----------
    may_look : bool
        Without it nothing is shown but the sign-in.
    why_not : str
        Why nothing may be changed, as a sentence; empty where it may.
    email : str
        Of who has signed in; empty where nobody has.
    """

    may_look: bool
    why_not: str
    email: str = ""


def heed_arguments(arguments: Sequence[str]) -> None:
    """Take what stands after ``--`` on the command line of ``streamlit run``; anything unknown ends the program."""
    parser = argparse.ArgumentParser(prog="streamlit run dashboard/app.py --", allow_abbrev=False)
    parser.add_argument("--read-only", action="store_true", help="let visitors look, listen and classify, not change")
    if parser.parse_args(arguments).read_only:
        os.environ[READ_ONLY] = "1"


def access() -> Access:
    """What the visitor may do; a visitor who may not look has not signed in, or is not listed.

    Raises
    ------
    AccessError
        The configuration is incomplete or cannot be read: nobody gets in.
    """
    roles = _roles()
    if roles is None:
        return _closed_where_read_only(Access(may_look=True, why_not=""))
    user = _claims()
    if not user.get("is_logged_in"):
        return Access(may_look=False, why_not="You have not signed in.")
    email = str(user.get("email") or "").strip().lower()
    if not email or str(user.get("email_verified", True)).lower() == "false":
        return Access(may_look=False, why_not="The sign-in did not give a confirmed e-mail address.")
    if _is_listed(email, roles["change"]):
        return _closed_where_read_only(Access(may_look=True, why_not="", email=email))
    if _is_listed(email, roles["look"]):
        return Access(may_look=True, why_not="You may look here, but not change anything.", email=email)
    return Access(may_look=False, why_not=f"{email} is not on the list of this dashboard.", email=email)


def may_change() -> bool:
    """Whether the visitor may change anything."""
    return not why_not()


def why_not() -> str:
    """Why the visitor may not change anything, as a sentence; empty where they may."""
    return access().why_not


def changing(action: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """The same action, refused with an `AccessError` to whoever may not change anything."""

    @wraps(action)
    def guarded(*given: _Parameters.args, **named: _Parameters.kwargs) -> _Result:
        if reason := why_not():
            raise AccessError(f"{reason} Nothing was changed.")
        return action(*given, **named)

    return guarded


def providers() -> tuple[str, ...]:
    """The ways to sign in, by name; an empty name is the only one, which has none."""
    auth = _secrets().get("auth", {})
    if "client_id" in auth:
        return ("",)
    return tuple(name for name, given in auth.items() if isinstance(given, Mapping) and "client_id" in given)


def uses_login() -> bool:
    """Whether people sign in here."""
    return _roles() is not None


def _closed_where_read_only(open_to: Access) -> Access:
    if os.environ.get(READ_ONLY, "").strip() in ("", "0"):
        return open_to
    return Access(may_look=True, why_not="This dashboard is read-only.", email=open_to.email)


def _roles() -> dict[str, tuple[str, ...]] | None:
    """Who is listed for what; None where nobody signs in."""
    secrets = _secrets()
    if "auth" not in secrets and "access" not in secrets:
        return None
    for name in ("auth", "access"):
        if not isinstance(secrets.get(name), Mapping):
            raise AccessError(
                f"Nobody can sign in: expected [auth] and [access] in secrets.toml, and [{name}] is missing. Add it "
                "as README says under Sharing a server."
            )
    if find_spec("authlib") is None:
        raise AccessError(
            "Nobody can sign in: Streamlit's login needs the package Authlib. Install it with "
            "python -m pip install 'streamlit[auth]' and start Genre Lab again."
        )
    given = secrets["access"]
    if unknown := sorted(set(given) - set(_ROLES)):
        raise AccessError(
            f"Nobody can sign in: expected the lists change and look under [access] in secrets.toml, got {unknown[0]}."
        )
    return {role: _addresses(given.get(role, ()), role) for role in _ROLES}


def _addresses(given: object, role: str) -> tuple[str, ...]:
    if not isinstance(given, Sequence) or isinstance(given, str) or not all(isinstance(each, str) for each in given):
        raise AccessError(
            f'Nobody can sign in: {role} under [access] in secrets.toml must be a list such as ["name@place.org"].'
        )
    return tuple(each.strip().lower() for each in given)


def _is_listed(email: str, entries: Iterable[str]) -> bool:
    domain = email[email.rindex("@") :] if "@" in email else ""
    return any(entry in ("*", email) or (entry.startswith("@") and entry == domain) for entry in entries)


def _secrets() -> Mapping[str, Any]:
    """All of ``secrets.toml``; empty where there is none.

    Raises
    ------
    AccessError
        There is one that could not be read, or that Streamlit does not read: it may hold the login.
    """
    read: list[str] = [str(Path(path).resolve()) for path in st.config.get_option("secrets.files")]
    if _PROJECT_SECRETS.exists() and str(_PROJECT_SECRETS.resolve()) not in read:
        raise AccessError(
            f"{_PROJECT_SECRETS} is read only where Genre Lab is started in its own folder. Move it to {SECRETS} and "
            "start Genre Lab again."
        )
    if st.secrets.load_if_toml_exists():
        return st.secrets
    for path in read:
        if os.path.exists(path):
            raise AccessError(f"{path} cannot be read. Check that it is TOML and its permissions, then try again.")
    return {}


def _claims() -> Mapping[str, Any]:
    """What the sign-in says of the visitor."""
    return st.user.to_dict()
