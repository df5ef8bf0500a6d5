from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hanok.core.problem import Conflict, NotFound, Problem
from hanok.store import Store, Version


@pytest.fixture
def faq(store: Store) -> Store:
    for number in (1, 2, 3):
        store.versions.add(Version("faq", number, f"faq/{number}", metrics={"hit@1": number / 10}))
    return store


def test_a_version_comes_back_as_it_was_added(store: Store) -> None:
    version = Version("faq", 2, "faq/2", {"c": 1.5}, {"hit@1": 0.9}, 1234, 56, 1, created=1.25)
    store.versions.add(version)
    assert store.versions.get("faq", 2) == version


def test_a_number_is_given_once(faq: Store) -> None:
    with pytest.raises(Conflict, match="faq has a version 2 already"):
        faq.versions.add(Version("faq", 2, "elsewhere"))
    assert faq.versions.get("faq", 2).path == "faq/2"


def test_listing_and_the_latest(faq: Store) -> None:
    faq.versions.add(Version("rules", 1, "rules/1"))
    assert [(v.system, v.version) for v in faq.versions.list()] == [("faq", 3), ("faq", 2), ("faq", 1), ("rules", 1)]
    assert [v.version for v in faq.versions.list("faq")] == [3, 2, 1]
    assert faq.versions.latest("faq").version == 3
    assert faq.versions.latest("nobody") is None


def test_references_are_resolved(faq: Store) -> None:
    faq.versions.set_alias("faq", "champion", 2)
    faq.versions.set_alias("faq", "challenger", 3)
    found = {r: faq.versions.resolve(r).version for r in ("faq", "faq@champion", "faq@challenger", "faq@1")}
    assert found == {"faq": 2, "faq@champion": 2, "faq@challenger": 3, "faq@1": 1}
    assert faq.versions.aliases("faq") == {"champion": 2, "challenger": 3}


@pytest.mark.parametrize(
    "reference", ["faq@9", "faq@99999999999999999999", "faq@nope", "rules", "faq@²", "\x00@\ud800", "@"]
)
def test_what_nothing_stands_for_is_not_found(faq: Store, reference: str) -> None:
    with pytest.raises(NotFound):
        faq.versions.resolve(reference)


def test_hints_say_what_to_do(faq: Store) -> None:
    with pytest.raises(NotFound) as untrained:
        faq.versions.resolve("rules")
    assert untrained.value.hint == "hanok train rules"
    faq.versions.set_alias("faq", "champion", 1)
    with pytest.raises(NotFound) as misspelt:
        faq.versions.resolve("faq@champoin")
    assert misspelt.value.hint == "there is: champion"


@pytest.mark.parametrize("alias", ["7", "", "Champion", "a b", "a@b", "x" * 51])
def test_what_would_not_read_as_a_name_is_no_alias(faq: Store, alias: str) -> None:
    with pytest.raises(Problem, match="lower-case word"):
        faq.versions.set_alias("faq", alias, 1)


def test_an_alias_stands_for_a_version_there_is(faq: Store) -> None:
    with pytest.raises(NotFound):
        faq.versions.set_alias("faq", "champion", 9)


def test_rollback_goes_back_step_by_step_also_after_new_changes(faq: Store) -> None:
    versions = faq.versions
    for number in (1, 2, 3):
        versions.set_alias("faq", "champion", number)
    assert versions.rollback("faq") == 2
    assert versions.rollback("faq") == 1
    with pytest.raises(Conflict, match="never stood for anything else"):
        versions.rollback("faq")
    versions.set_alias("faq", "champion", 3)
    assert versions.rollback("faq") == 1
    assert versions.resolve("faq").version == 1
    assert [c.version for c in versions.alias_history("faq", "champion")] == [1, 3, 1, 2, 3, 2, 1]


def test_setting_what_is_set_is_no_change_to_roll_back(faq: Store) -> None:
    faq.versions.set_alias("faq", "champion", 1)
    faq.versions.set_alias("faq", "champion", 2)
    faq.versions.set_alias("faq", "champion", 2)
    assert faq.versions.rollback("faq") == 1


def test_a_dropped_alias_can_be_given_back(faq: Store) -> None:
    faq.versions.set_alias("faq", "challenger", 3)
    faq.versions.drop_alias("faq", "challenger")
    assert faq.versions.aliases("faq") == {}
    with pytest.raises(NotFound):
        faq.versions.drop_alias("faq", "challenger")
    assert faq.versions.rollback("faq", "challenger") == 3


def test_aliases_of_systems_do_not_mix(faq: Store) -> None:
    faq.versions.add(Version("rules", 1, "rules/1"))
    faq.versions.set_alias("faq", "champion", 2)
    faq.versions.set_alias("rules", "champion", 1)
    with pytest.raises(Conflict):
        faq.versions.rollback("rules")
    assert faq.versions.resolve("faq").version == 2


def test_retiring(faq: Store) -> None:
    faq.versions.set_alias("faq", "champion", 2)
    faq.versions.set_alias("faq", "champion", 3)
    with pytest.raises(Conflict, match="faq@3 is champion"):
        faq.versions.retire("faq", 3)
    faq.versions.retire("faq", 2)
    assert faq.versions.get("faq", 2).state == "retired"
    with pytest.raises(Conflict, match="retired"):
        faq.versions.rollback("faq")
    with pytest.raises(Conflict, match="retired"):
        faq.versions.set_alias("faq", "champion", 2)
    assert faq.versions.resolve("faq").version == 3
    with pytest.raises(NotFound):
        faq.versions.retire("faq", 9)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([1, 2, 3, "back"]), max_size=10))
def test_rollback_is_undo(faq: Store, steps: list[int | str]) -> None:
    """Against the plainest model there is: a stack."""
    system = f"s{len(faq.versions.list())}"
    for number in (1, 2, 3):
        faq.versions.add(Version(system, number, "p"))
    stack: list[int] = []
    for step in steps:
        if step == "back":
            if len(stack) > 1:
                stack.pop()
                assert faq.versions.rollback(system) == stack[-1]
            else:
                with pytest.raises(Conflict):
                    faq.versions.rollback(system)
        else:
            faq.versions.set_alias(system, "champion", int(step))
            if not stack or stack[-1] != step:
                stack.append(int(step))
        if stack:
            assert faq.versions.resolve(system).version == stack[-1]


def test_the_first_version_added_under_an_alias_is_champion_and_later_ones_take_it(store: Store) -> None:
    for number in (1, 2, 3):
        store.versions.add(Version("faq", number, f"faq/{number}"), "challenger")
    assert store.versions.aliases("faq") == {"champion": 1, "challenger": 3}


def test_a_number_that_is_taken_changes_no_alias(store: Store) -> None:
    store.versions.add(Version("faq", 1, "faq/1"), "challenger")
    with pytest.raises(Conflict):
        store.versions.add(Version("faq", 1, "elsewhere"), "challenger")
    assert store.versions.aliases("faq") == {"champion": 1}
