"""Pictures of an artifact: those its manifest lists, as they were saved, and nothing else of the machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hanok.core.run import Run
from hanok.lifecycle.train import train
from hanok.lifecycle.workspace import Workspace
from hanok.server.app import create_app
from hanok.server.options import Options
from hanok.server.routes.assets import media_type

pytestmark = pytest.mark.anyio
HERE = "/v1/systems/shelf/versions/1/assets/"


@pytest.fixture
def shelved(workspace: Workspace, books: Path) -> Workspace:
    """A home with a shelf whose books have covers."""
    train(workspace, "shelf", {"books": books}, {}, Run(threads=1))
    return workspace


@pytest.fixture
def folder(shelved: Workspace) -> Path:
    """Where the shelf's artifact lies."""
    return shelved.folder("shelf", 1)


@pytest.fixture
async def client(shelved: Workspace) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(shelved, ["shelf"])
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as found,
    ):
        yield found


def listed(folder: Path, name: str, content: bytes) -> None:
    """Write a file and say so in the manifest, as whoever saved it would have."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    manifest["files"][name] = hashlib.sha256(content).hexdigest()
    path.write_text(json.dumps(manifest), encoding="utf-8")


async def test_a_cover_that_an_answer_names_is_sent_and_kept(client: Any, folder: Path) -> None:
    cards = (await client.post("/v1/systems/shelf/predict", json={})).json()["output"]["cards"]
    name = next(card["cover"] for card in cards if card["cover"])
    sent = await client.get(HERE + name)
    assert sent.content == (folder / "assets" / name).read_bytes()
    assert sent.headers["content-type"] == "image/png"
    assert sent.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in sent.headers["cache-control"]
    again = await client.get(HERE + name, headers={"if-none-match": f'"x", {sent.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")


async def test_what_an_alias_stands_for_may_change(client: Any) -> None:
    sent = await client.get("/v1/systems/shelf/versions/champion/assets/a.png")
    assert (sent.status_code, sent.headers["cache-control"]) == (200, "private, no-cache")
    assert sent.headers["etag"] == (await client.get(f"{HERE}a.png")).headers["etag"]


async def test_a_file_in_a_folder_below(client: Any, folder: Path) -> None:
    listed(folder, "assets/표지/a b.gif", b"GIF89a...")
    assert (await client.get(f"{HERE}표지/a b.gif")).headers["content-type"] == "image/gif"


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "nothing.png", "a.png/", "x%2F..%2Fa.png", "%2e%2Fa.png", "../manifest.json", "../books.json",
        "..%2Fbooks.json", "%2e%2e/books.json", "..%5Cbooks.json", "/etc/passwd", "%2Fetc%2Fpasswd", "a.png%00",
        "%00", "a%0a.png", "A" * 5000, "%ff", "C:%5Cboot.ini",
    ],
)  # fmt: skip
async def test_nothing_else_is_served(client: Any, name: str) -> None:
    response = await client.get(HERE + name)
    assert response.status_code == 404, response.text
    assert response.json()["error"]["code"]


@pytest.mark.parametrize(
    "address", ["nobody/versions/1", "shelf/versions/9", "shelf/versions/nope", "nearest/versions/1"]
)
async def test_of_no_other_model(client: Any, address: str) -> None:
    assert (await client.get(f"/v1/systems/{address}/assets/a.png")).status_code == 404


async def test_a_manifest_cannot_lead_out_of_its_folder(client: Any, folder: Path) -> None:
    png = (folder / "assets" / "a.png").read_bytes()
    for name in ("assets/../out.png", "assets/../../../out.png"):
        listed(folder, name, png)
    (folder / "assets" / "link.png").symlink_to(folder / "out.png")
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"] |= dict.fromkeys(["assets/link.png", f"assets/{folder}/out.png"], hashlib.sha256(png).hexdigest())
    path.write_text(json.dumps(manifest), encoding="utf-8")
    for name in ("..%2Fout.png", "..%2F..%2F..%2Fout.png", "link.png", f"{folder}/out.png"):
        assert (await client.get(HERE + name)).status_code == 404, name
    assert (await client.get(f"{HERE}a.png")).status_code == 200


async def test_what_was_changed_or_is_gone_is_not_served(client: Any, folder: Path) -> None:
    (folder / "assets" / "a.png").write_bytes(b"\x89PNG\r\n\x1a\nother")
    (folder / "assets" / "b.png").unlink()
    for name in ("a.png", "b.png"):
        assert (await client.get(HERE + name)).json()["error"]["code"] == "no_asset"


@pytest.mark.parametrize("content", [b"<svg xmlns='x'/>", b"<html><script>", b"", b"MZ", b"RIFF0000AVI ", b"%PDF-1.7"])
async def test_only_pictures_and_sounds_are_served_whatever_they_are_called(
    client: Any, folder: Path, content: bytes
) -> None:
    listed(folder, "assets/picture.png", content)
    assert (await client.get(f"{HERE}picture.png")).status_code == 404


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"OggS", "audio/ogg"),
        (b"ID3\x04", "audio/mpeg"),
        (b"RIFF", ""),
    ],
)
def test_a_file_is_what_it_begins_with(content: bytes, kind: str) -> None:
    assert media_type(content) == kind


async def test_a_key_that_looks_or_asks_sees_them(shelved: Workspace) -> None:
    app = create_app(shelved, ["shelf"], Options(require_key=True))
    secrets = {scope: shelved.store.keys.create(scope, [scope]).secret for scope in ("read", "predict", "admin")}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
    ):
        assert (await client.get(f"{HERE}a.png")).status_code == 401
        for scope, secret in secrets.items():
            sent = await client.get(f"{HERE}a.png", headers={"authorization": f"Bearer {secret}"})
            assert sent.status_code == 200, scope
