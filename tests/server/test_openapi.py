from __future__ import annotations

import re
from typing import Any

import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture
async def document(start: Any) -> Any:
    async with start() as client:
        return (await client.get("/openapi.json")).json()


async def test_a_served_system_has_its_own_addresses_schemas_and_examples(document: Any) -> None:
    operation = document["paths"]["/v1/systems/echo/predict"]["post"]
    content = operation["requestBody"]["content"]
    assert content["application/json"]["examples"]["example 1"] == {"value": {"text": "hello"}}
    assert "multipart/form-data" in content  # it takes a sound
    assert set(operation["responses"]["200"]["content"]) == {"application/json", "audio/wav"}
    assert [p["name"] for p in operation["parameters"]] == ["version", "X-Hanok-Deadline"]
    assert document["components"]["schemas"]["echo.Input"]["properties"]["text"]["maxLength"] == 50
    assert "/v1/systems/echo/feedback" in document["paths"]


async def test_every_reference_leads_somewhere(document: Any) -> None:
    schemas = document["components"]["schemas"]
    for name in set(re.findall(r"'#/components/schemas/([^']+)'", str(document))):
        assert name in schemas


async def test_every_operation_says_what_it_does_and_that_errors_have_the_envelope(document: Any) -> None:
    ids = []
    for path, methods in document["paths"].items():
        for operation in methods.values():
            ids.append(operation["operationId"])
            assert operation["summary"], path
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    schema = response["content"]["application/json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/Envelope"}, (path, status)
    assert len(ids) == len(set(ids))
