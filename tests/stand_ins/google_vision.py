"""Google Cloud Vision on loopback: the real REST protocol and the real gRPC service, with faults on demand."""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from threading import Thread
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]


class Word(NamedTuple):
    text: str
    confidence: float
    box: tuple[int, int, int, int]
    """Left, top, right, bottom."""


Reader = Callable[[Pixels], list[Word]]


class Service:
    """What both protocols share: what is answered, what goes wrong, and what was asked."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.faults: list[str] = []
        """Taken one by one, by a request each: 500, 429, 401, slow, garbage, picture, or empty for none."""
        self.requests = 0
        self.billed = 0
        self.stop: Callable[[], object] = lambda: None
        """Ends the server; set by `rest` and `grpc`."""

    def fault(self) -> str:
        self.requests += 1
        return self.faults.pop(0) if self.faults else ""

    def answer(self, request: Any, fault: str) -> Any:
        """To a BatchAnnotateImagesRequest, a BatchAnnotateImagesResponse."""
        from google.cloud import vision

        replies = []
        for asked in request.requests:
            if fault == "picture":
                replies.append(vision.AnnotateImageResponse(error={"code": 3, "message": "Bad image data."}))
                continue
            assert [feature.type_ for feature in asked.features] == [vision.Feature.Type.DOCUMENT_TEXT_DETECTION]
            pixels = np.asarray(Image.open(io.BytesIO(asked.image.content)).convert("L"))
            words = [word for found in self.reader(pixels) for word in spaced(found)]
            block = {"paragraphs": [{"words": words}]}
            replies.append(vision.AnnotateImageResponse(full_text_annotation={"pages": [{"blocks": [block]}]}))
            self.billed += 1
        return vision.BatchAnnotateImagesResponse(responses=replies)


def spaced(word: Word) -> Iterator[dict[str, Any]]:
    """As Google has words: one after each space, symbol by symbol."""
    left, top, right, bottom = word.box
    parts = word.text.split(" ")
    for i, part in enumerate(parts):
        x0, x1 = left + i * (right - left) // len(parts), left + (i + 1) * (right - left) // len(parts)
        corners = [{"x": x, "y": y} for x, y in ((x0, top), (x1, top), (x1, bottom), (x0, bottom))]
        symbols: list[dict[str, Any]] = [{"text": letter} for letter in part]
        if symbols:
            symbols[-1]["property"] = {"detected_break": {"type_": 1 if i + 1 < len(parts) else 5}}
        yield {"symbols": symbols, "confidence": word.confidence, "bounding_box": {"vertices": corners}}


# -- what reads --------------------------------------------------------------------------------------------------------


def strips(page: Pixels) -> list[tuple[int, int, int, int]]:
    """Boxes of the ink between white bands of a page, from the top."""
    inked = np.flatnonzero((page < 255).any(axis=1))
    cuts = [0, *(np.flatnonzero(np.diff(inked) > 20) + 1), len(inked)]
    boxes = []
    for first, last in pairwise(cuts):
        if first < last:
            top, bottom = int(inked[first]), int(inked[last - 1]) + 1
            columns = np.flatnonzero((page[top:bottom] < 255).any(axis=0))
            boxes.append((int(columns[0]), top, int(columns[-1]) + 1, bottom))
    return boxes


def fingerprint(line: Pixels) -> str:
    """Of a line's ink, wherever it lies."""
    ((left, top, right, bottom),) = strips(line)
    return hashlib.sha256(np.ascontiguousarray(line[top:bottom, left:right]).tobytes()).hexdigest()


def table(texts: Mapping[str, str], confidence: float = 0.97) -> Reader:
    """Reads lines it knows, by their fingerprint."""

    def read(page: Pixels) -> list[Word]:
        found = []
        for box in strips(page):
            left, top, right, bottom = box
            known = texts.get(fingerprint(page[top:bottom, left:right]))
            if known:
                found.append(Word(known, confidence, box))
        return found

    return read


def tesseract(page: Pixels) -> list[Word]:
    """Reads what Tesseract reads."""
    from hanok.parts.ocr.tesseract import Tesseract

    reader, found = Tesseract("en"), []
    for box in strips(page):
        left, top, right, bottom = box
        line = np.pad(page[top:bottom, left:right], 10, constant_values=255)
        reading = reader.read([line], "text")[0]
        if reading.text:
            found.append(Word(reading.text, reading.confidence, box))
    return found


# -- REST --------------------------------------------------------------------------------------------------------------

_STATUS = {"500": "INTERNAL", "429": "RESOURCE_EXHAUSTED", "401": "UNAUTHENTICATED"}


@contextmanager
def rest(service: Service) -> Iterator[Any]:
    """A client of Google's that talks REST to the service."""
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import vision
    from google.cloud.vision_v1.services.image_annotator.transports import ImageAnnotatorRestTransport

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            assert self.path.split("?")[0] == "/v1/images:annotate"
            fault = service.fault()
            if fault == "slow":
                time.sleep(1)
            if fault in _STATUS:
                error = {"code": int(fault), "message": fault, "status": _STATUS[fault]}
                self._reply(int(fault), json.dumps({"error": error}).encode())
            elif fault == "garbage":
                self._reply(200, b"<html>proxy</html>")
            else:
                request = vision.BatchAnnotateImagesRequest.from_json(body.decode())
                answer = vision.BatchAnnotateImagesResponse.to_json(service.answer(request, fault))
                self._reply(200, answer.encode())

        def _reply(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            with suppress(BrokenPipeError):  # who asked may have gone
                self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()

    def stop() -> None:
        server.shutdown()
        thread.join()
        server.server_close()

    service.stop = stop
    host = f"127.0.0.1:{server.server_address[1]}"
    transport = ImageAnnotatorRestTransport(host=host, url_scheme="http", credentials=AnonymousCredentials())
    client = vision.ImageAnnotatorClient(transport=transport)
    try:
        yield client
    finally:
        transport.close()
        stop()


# -- gRPC --------------------------------------------------------------------------------------------------------------


@contextmanager
def grpc(service: Service) -> Iterator[Any]:
    """A client of Google's that talks gRPC to the service."""
    import grpc as library
    from google.cloud import vision
    from google.cloud.vision_v1.services.image_annotator.transports import ImageAnnotatorGrpcTransport

    codes = {
        "500": library.StatusCode.INTERNAL,
        "429": library.StatusCode.RESOURCE_EXHAUSTED,
        "401": library.StatusCode.UNAUTHENTICATED,
    }

    def annotate(raw: bytes, context: Any) -> bytes:
        fault = service.fault()
        if fault == "slow":
            time.sleep(1)
        if fault in codes:
            context.abort(codes[fault], fault)
        if fault == "garbage":
            return b"\xff\xff no message"
        request = vision.BatchAnnotateImagesRequest.deserialize(raw)
        return bytes(vision.BatchAnnotateImagesResponse.serialize(service.answer(request, fault)))

    handler = library.method_handlers_generic_handler(
        "google.cloud.vision.v1.ImageAnnotator",
        {"BatchAnnotateImages": library.unary_unary_rpc_method_handler(annotate)},
    )
    server = library.server(ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((handler,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    service.stop = lambda: server.stop(None).wait()
    transport = ImageAnnotatorGrpcTransport(channel=library.insecure_channel(f"127.0.0.1:{port}"))
    try:
        yield vision.ImageAnnotatorClient(transport=transport)
    finally:
        transport.close()
        service.stop()
