"""Every route against its own documentation: whatever is sent, what comes back is what the document says."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hanok.lifecycle.workspace import Workspace

CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
DESIGNED = (429, 503, 504)


@pytest.fixture
def _quick(echoes: Workspace, publish: Callable[..., int]) -> None:
    """An echo that never pauses is champion."""
    echoes.promote(f"echo@{publish(echoes, '!', longest=0)}")


def fuzz(live: str, examples: int, mode: GenerationMode) -> int:
    """How many operations were tried."""
    document = schemathesis.openapi.from_url(f"{live}/openapi.json")
    operations = [found.ok() for found in document.get_all_operations()]
    for operation in operations:

        @seed(0)
        @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def check(case: Case) -> None:
            response = case.call(timeout=30)
            case.validate_response(response, checks=CHECKS)
            if response.status_code >= 500 and response.status_code not in DESIGNED:
                assert "raise" in str(case.body), case.as_curl_command()  # the room was told to

        try:
            check()
        except Exception as error:
            if "Unsatisfiable" not in type(error).__name__:  # nothing wrong can be sent to a route without parameters
                raise
    return len(operations)


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_route_answers_what_its_document_does_not_say(live: str, mode: GenerationMode) -> None:
    assert fuzz(live, 8, mode) > 25


@pytest.mark.slow
@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_the_same_at_length(live: str, mode: GenerationMode) -> None:
    fuzz(live, int(os.environ.get("HANOK_FUZZ", "150")), mode)


def test_every_operation_has_a_place_in_the_document(live: str) -> None:
    document: Any = schemathesis.openapi.from_url(f"{live}/openapi.json")
    assert {"/v1/systems/echo/predict", "/v1/systems/{name}/predict"} <= {
        operation.ok().path for operation in document.get_all_operations()
    }
