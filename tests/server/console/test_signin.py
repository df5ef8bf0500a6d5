"""Who may see and do what, where the server asks for keys."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from hanok.lifecycle.workspace import Workspace
from hanok.server.console.pages.signin import local
from hanok.server.options import Options


@pytest.fixture(scope="module")
def keyed(
    full: Path, tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., AbstractContextManager[str]]
) -> Iterator[tuple[httpx.Client, dict[str, str]]]:
    """The full home behind keys, and a key of each kind."""
    home = tmp_path_factory.mktemp("keyed") / "home"
    shutil.copytree(full, home)
    with Workspace.open(home) as workspace:
        create = workspace.store.keys.create
        keys = {s: create(s, {s}).secret for s in ("read", "predict", "admin")}
        keys["both"] = create("both", {"read", "predict"}).secret
    with (
        serve(home, Options(require_key=True)) as address,
        httpx.Client(base_url=address, headers={"accept-language": "en"}) as found,
    ):
        yield found, keys


def as_(secret: str) -> dict[str, str]:
    return {"cookie": f"hanok_key={secret}", "accept-language": "en"}


def test_a_stranger_is_asked_to_sign_in_and_led_back(keyed: tuple[httpx.Client, dict[str, str]]) -> None:
    pages, keys = keyed
    asked = pages.get("/rooms/faq/report?version=2")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/signin?next=%2Frooms%2Ffaq%2Freport%3Fversion%3D2"
    form = {"key": keys["read"], "next": "/rooms/faq/report?version=2"}
    welcome = pages.post("/signin", data=form)
    assert (welcome.status_code, welcome.headers["location"]) == (303, "/rooms/faq/report?version=2")
    cookie = welcome.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    pages.cookies.clear()


def test_a_wrong_key_is_refused_and_the_way_is_kept(keyed: tuple[httpx.Client, dict[str, str]]) -> None:
    pages, _ = keyed
    refused = pages.post("/signin", data={"key": "hanok_no_no", "next": "/jobs"})
    assert refused.status_code == 401
    assert "not valid" in refused.text
    assert 'name="next" value="/jobs"' in refused.text
    assert "set-cookie" not in refused.headers


@pytest.mark.parametrize(
    "address", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", ""]
)
def test_nobody_is_led_elsewhere(address: str) -> None:
    assert local(address) == "/"


def test_signing_out_forgets_the_key(keyed: tuple[httpx.Client, dict[str, str]]) -> None:
    pages, _ = keyed
    gone = pages.post("/signout")
    assert gone.status_code == 303
    assert 'hanok_key=""' in gone.headers["set-cookie"]


@pytest.mark.parametrize(
    ("scope", "address", "shown", "hidden"),
    [
        ("read", "/rooms/faq", "Your key may not ask", 'id="form"'),
        ("read", "/rooms/faq/data", "may look but not change", 'id="go"'),
        ("read", "/rooms/faq/versions", "timeline", "data-promote"),
        ("read", "/rooms/faq/reviews", "may look but not change", "data-verdict"),
        ("read", "/jobs", "<table", 'href="/keys"'),
        ("both", "/rooms/faq", 'id="form"', "may not ask"),
        ("both", "/rooms/faq/reviews", "data-verdict", "may look but not"),
        ("admin", "/rooms/faq/data", 'id="go"', "may look but not"),
        ("admin", "/rooms/faq/versions", "data-promote", "may look but not"),
        ("admin", "/keys", "data-revoke", "may look but not"),
    ],
)
def test_a_page_shows_what_the_key_allows(
    keyed: tuple[httpx.Client, dict[str, str]], scope: str, address: str, shown: str, hidden: str
) -> None:
    pages, keys = keyed
    html = pages.get(address, headers=as_(keys[scope])).text
    assert shown in html
    assert hidden not in html


@pytest.mark.parametrize(("scope", "address"), [("predict", "/jobs"), ("read", "/keys"), ("both", "/keys")])
def test_what_the_key_does_not_allow_is_refused_on_a_page(
    keyed: tuple[httpx.Client, dict[str, str]], scope: str, address: str
) -> None:
    pages, keys = keyed
    refused = pages.get(address, headers=as_(keys[scope]))
    assert refused.status_code == 403
    assert "wrong_scope" in refused.text


def test_the_home_is_named_to_those_who_run_it_only(keyed: tuple[httpx.Client, dict[str, str]], full: Path) -> None:
    pages, keys = keyed
    assert "keyed" in pages.get("/system", headers=as_(keys["admin"])).text
    assert str(full.parent.parent) not in pages.get("/system", headers=as_(keys["read"])).text
