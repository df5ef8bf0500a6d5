from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest

from hanok.lifecycle.workspace import Workspace

pytestmark = pytest.mark.anyio
PREDICT, FEEDBACK = "/v1/systems/echo/predict", "/v1/systems/echo/feedback"


async def test_feedback_is_new_once(start: Any, echoes: Workspace) -> None:
    async with start() as client:
        id = (await client.post(PREDICT, json={"text": "x"})).json()["id"]
        said = {"answer": id, "feedback": {"heard": True}}
        first, again = await client.post(FEEDBACK, json=said), await client.post(FEEDBACK, json=said)
        assert (first.status_code, first.json()) == (201, {"new": True})
        assert (again.status_code, again.json()) == (200, {"new": False})
        assert echoes.store.feedback.count("echo") == 1


async def test_feedback_on_nothing_is_not_taken(start: Any) -> None:
    async with start() as client:
        id = (await client.post(PREDICT, json={"text": "x"})).json()["id"]
        for url, body, status, where in [
            (FEEDBACK, {"answer": "f" * 32, "feedback": {"heard": True}}, 404, "answer"),
            (FEEDBACK, {"answer": "\x00", "feedback": {"heard": True}}, 404, "answer"),
            (FEEDBACK, {"answer": id, "feedback": {"heard": "maybe"}}, 422, "heard"),
            (FEEDBACK, {"answer": id}, 422, "feedback"),
            ("/v1/systems/nearest/feedback", {"answer": id, "feedback": {}}, 422, ""),
            ("/v1/systems/teaser/feedback", {"answer": id, "feedback": {"clicked": True}}, 404, "answer"),
            ("/v1/systems/nobody/feedback", {"answer": id, "feedback": {}}, 404, "system"),
        ]:
            response = await client.post(url, json=body)
            assert (response.status_code, response.json()["error"]["where"]) == (status, where)


async def test_reviews_are_answers_nobody_has_looked_at(start: Any) -> None:
    async with start() as client:
        asked = [(await client.post(PREDICT, json={"text": f"t{k}", "then": "ask"})).json()["id"] for k in range(3)]
        await client.post(PREDICT, json={"text": "sure"})
        found = (await client.get("/v1/systems/echo/reviews")).json()
        assert found["total"] == 3
        assert [r["id"] for r in found["reviews"]] == asked
        assert found["reviews"][0]["reason"] == "somebody should look"
        assert found["reviews"][0]["item"]["text"] == "t0"
        assert found["reviews"][0]["output"]["text"] == "t0!"
        await client.post(FEEDBACK, json={"answer": asked[0], "feedback": {"heard": True}})
        page = (await client.get("/v1/systems/echo/reviews", params={"limit": 1})).json()
        assert (page["total"], [r["id"] for r in page["reviews"]]) == (2, [asked[1]])
        after = page["reviews"][0]["seq"]
        page = (await client.get("/v1/systems/echo/reviews", params={"after": after})).json()
        assert [r["id"] for r in page["reviews"]] == [asked[2]]


async def test_answers_come_newest_first_with_what_was_said_of_them(start: Any) -> None:
    async with start() as client:
        ids = [(await client.post(PREDICT, json={"text": f"t{k}"})).json()["id"] for k in range(3)]
        for heard in (True, False):
            await client.post(FEEDBACK, json={"answer": ids[1], "feedback": {"heard": heard}})
        found = (await client.get("/v1/systems/echo/answers")).json()
        assert [a["id"] for a in found] == ids[::-1]
        assert [a["feedback"] for a in found] == [[], [{"heard": True}, {"heard": False}], []]
        older = (await client.get("/v1/systems/echo/answers", params={"before": found[0]["seq"], "limit": 1})).json()
        assert [a["id"] for a in older] == [ids[1]]
        for wrong in ({"limit": 0}, {"limit": 201}, {"before": -1}, {"before": 2**63}, {"before": "x"}):
            response = await client.get("/v1/systems/echo/answers", params=wrong)
            assert (response.status_code, response.json()["error"]["where"]) == (422, next(iter(wrong)))


async def test_one_answer_has_an_address_and_says_whether_a_person_should_look(start: Any) -> None:
    async with start() as client:
        sure = (await client.post(PREDICT, json={"text": "a"})).json()
        unsure = (await client.post(PREDICT, json={"text": "b", "then": "ask"})).json()
        assert "review" not in sure
        assert unsure["review"] == "somebody should look"
        await client.post(FEEDBACK, json={"answer": unsure["id"], "feedback": {"heard": True}})
        told = (await client.get(f"/v1/systems/echo/answers/{unsure['id']}")).json()
        assert (told["item"]["text"], told["reason"], told["feedback"]) == ("b", unsure["review"], [{"heard": True}])
        for url in (f"/v1/systems/teaser/answers/{sure['id']}", "/v1/systems/echo/answers/0"):
            assert (await client.get(url)).json()["error"]["code"] == "unknown_answer"


def test_through_two_servers_on_one_database_nothing_acknowledged_is_lost_when_both_are_killed(
    serve: Any, echoes: Workspace
) -> None:
    answered: list[str] = []
    taken: list[tuple[str, bool]] = []

    def ask(url: str, other: str) -> None:
        with httpx.Client(timeout=10) as client:
            try:
                for k in range(10**6):
                    id = client.post(url + PREDICT, json={"text": f"t{k}"}).json()["id"]
                    answered.append(id)
                    response = client.post(other + FEEDBACK, json={"answer": id, "feedback": {"heard": True}})
                    taken.append((id, response.json()["new"]))
                    client.post(url + FEEDBACK, json={"answer": id, "feedback": {"heard": True}})
            except httpx.TransportError:
                return  # it was killed

    with serve() as one, serve() as two:
        pairs = [(one, two), (two, one)] * 3
        threads = [threading.Thread(target=ask, args=(a.url, b.url)) for a, b in pairs]
        for thread in threads:
            thread.start()
        while len(taken) < 100:
            assert any(thread.is_alive() for thread in threads)
        one.kill()
        two.kill()
        for thread in threads:
            thread.join()
    for id in answered:
        assert echoes.store.answers.get(id).id == id
    assert all(new for _, new in taken)
    said = echoes.store.feedback.of([id for id, _ in taken])
    assert [len(said[id]) for id, _ in taken] == [1] * len(taken)  # none is lost, none is counted twice
