"""The routes, for programs and for people; works without the internet."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

from hanok.server.routes.shared import Reader

if TYPE_CHECKING:
    from jinja2 import Template

router = APIRouter(include_in_schema=False)

PAGES = Path(__file__).parents[1] / "pages"


@router.get("/openapi.json")
async def openapi(request: Request, key: Reader) -> Response:
    """The OpenAPI document."""
    from hanok.server.openapi import document

    return JSONResponse(await run_in_threadpool(document, request.app))


@router.get("/docs")
async def docs(request: Request, key: Reader) -> Response:
    """The OpenAPI document as a page."""
    return HTMLResponse(await run_in_threadpool(_page, request))


@router.get("/docs/style.css")
async def style() -> Response:
    """How the page looks."""
    return FileResponse(PAGES / "docs.css", media_type="text/css")


def _page(request: Request) -> str:
    from hanok.server.openapi import document

    found = document(request.app)
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            shown = operation | {
                "method": method.upper(),
                "path": path,
                "curl": _curl(request, method, path, operation),
            }
            groups.setdefault(operation.get("tags", ["other"])[0], []).append(shown)
    return _template().render(doc=found, groups=groups, schemas=found["components"]["schemas"])


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(PAGES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["pretty"] = lambda value: json.dumps(value, indent=2, ensure_ascii=False)
    return environment.get_template("docs.html")


def _curl(request: Request, method: str, path: str, operation: dict[str, Any]) -> str:
    """The call, to be copied into a shell."""
    words = ["curl"] if method == "get" else ["curl", "-X", method.upper()]
    words.append(str(request.base_url).rstrip("/") + path)
    body = operation.get("requestBody", {}).get("content", {})
    if "application/json" in body:
        examples: list[dict[str, Any]] = list(body["application/json"].get("examples", {}).values())
        text = json.dumps(examples[0]["value"] if examples else {}, ensure_ascii=False).replace("'", "'\\''")
        words += ["-H", "'content-type: application/json'", "-d", f"'{text}'"]
    elif "multipart/form-data" in body:
        words += ["-F", "file=@questions.csv"]
    return " ".join(words)
