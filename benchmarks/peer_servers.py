"""The same fitted FAQ behind other servers: ``python -m benchmarks.peer_servers KIND PORT``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

import hanok
from hanok.core.problem import Problem
from hanok.lifecycle.model import Model
from hanok.systems.faq import Answers, Question

HOST = "127.0.0.1"


def answer(faq: Model, question: Question) -> BaseModel:
    """One answer, straight from the system."""
    output = faq.system.predict([question])[0]
    if isinstance(output, Problem):
        raise output
    return output


def fastapi_async(port: int) -> None:
    """Bare FastAPI, `async def`: the model runs in the event loop, nothing is remembered."""
    app, faq = FastAPI(), hanok.load("faq")

    @app.post("/predict")
    async def predict(question: Question) -> Answers:
        return answer(faq, question)

    uvicorn.run(app, host=HOST, port=port, log_level="warning", access_log=False)


def fastapi_def(port: int) -> None:
    """Bare FastAPI, `def`: the model runs in a pool of threads, nothing is remembered."""
    app, faq = FastAPI(), hanok.load("faq")

    @app.post("/predict")
    def predict(question: Question) -> Answers:
        return answer(faq, question)

    uvicorn.run(app, host=HOST, port=port, log_level="warning", access_log=False)


def fastapi_recording(port: int) -> None:
    """Bare FastAPI, `async def`, every answer committed before it is given: what hanok does, written naively."""
    app, faq = FastAPI(), hanok.load("faq")

    @app.post("/predict")
    async def predict(question: Question) -> Answers:
        return faq.answer([question])[0].output

    uvicorn.run(app, host=HOST, port=port, log_level="warning", access_log=False)


def litserve(port: int) -> None:
    """LitServe with one worker process."""
    from litserve import LitServer

    from benchmarks.peer_litserve import API

    server = LitServer(API(), accelerator="cpu", workers_per_device=1)
    server.run(host=HOST, port=port, log_level="warning", access_log=False, generate_client_file=False)


def bentoml(port: int) -> None:
    """BentoML with one worker process."""
    service = "benchmarks.peer_bentoml:Service"
    os.execv(sys.executable, [sys.executable, "-m", "bentoml", "serve", service, "--host", HOST, "--port", str(port)])


KINDS: dict[str, Callable[[int], None]] = {
    "fastapi-async": fastapi_async,
    "fastapi-def": fastapi_def,
    "fastapi-recording": fastapi_recording,
    "litserve": litserve,
    "bentoml": bentoml,
}

if __name__ == "__main__":
    KINDS[sys.argv[1]](int(sys.argv[2]))
