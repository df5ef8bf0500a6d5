"""Files that jobs read."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from hanok.core.problem import Problem
from hanok.server.errors import Unsupported, documented
from hanok.server.routes.shared import Admin, TheHouse
from hanok.store import Blob

router = APIRouter(prefix="/v1/uploads", tags=["jobs"])

FORM = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}


class Uploaded(BaseModel):
    """A file that is kept: `blob` is its SHA-256 and names it in jobs, `size` is in bytes."""

    blob: str
    name: str
    size: int


@router.post(
    "",
    status_code=201,
    openapi_extra={"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": FORM}}}},
    responses=documented(413, 415),
)
async def upload_file(request: Request, house: TheHouse, key: Admin) -> Uploaded:
    """Keep a file, sent as the form field `file`. The same content is kept once."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        hint = "for curl: -F file=@questions.csv"
        raise Unsupported("not_supported", f"the body is {kind[:100] or 'of no kind'!r}", "Content-Type", hint)
    try:
        async with request.form(max_files=1, max_fields=10) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise Problem("no_file", "the form has no file", "file", "send it in the field 'file'")
            name, media_type = (file.filename or "data")[:200], file.content_type or "application/octet-stream"
            kept: Blob = await run_in_threadpool(house.workspace.store.blobs.put, file.file, name, media_type)
    except HTTPException as error:
        raise Problem("bad_form", str(error.detail), "body", "send multipart/form-data with one file") from None
    return Uploaded(blob=kept.sha256, name=kept.name, size=kept.size)
