from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.parts.ocr import Cascade, Kind, Line, Reading, judge
from hanok.parts.text.normalise import Language


class Scripted:
    """Reads the number a line holds in its pixels, as often right as it is told; it knows when it is wrong."""

    version = "1"

    def __init__(self, name: str, seed: int, right: float, *, honest: bool = True, languages: str = "enkoja") -> None:
        self.name, self.right, self.honest, self.languages, self.seed = name, right, honest, languages, seed
        self.asked = 0

    def reads(self, kind: Kind, language: Language) -> bool:
        return kind == "number" or language in self.languages

    def read(self, lines: Sequence[Line], kind: Kind) -> list[Reading]:
        self.asked += len(lines)
        return [self._one(int(line.view(np.uint32)[0, 0])) for line in lines]

    def _one(self, number: int) -> Reading:
        rng = np.random.default_rng([self.seed, number])
        right = rng.uniform() < self.right
        sure = rng.uniform(0.8, 1) if right or not self.honest else rng.uniform(0, 0.5)
        said = number if right else 1_000_000 + 1000 * self.seed + number % 1000
        return Reading(str(said), float(sure), self.name)


def lines_of(numbers: Sequence[int]) -> list[Line]:
    return [np.array([[number]], np.uint32).view(np.uint8) for number in numbers]


def fitted(cascade: Cascade, n: int, start: int = 0, kind: Kind = "number") -> Cascade:
    numbers = range(start, start + n)
    return cascade.fit(lines_of(numbers), [str(number) for number in numbers], [kind] * n)


def test_before_it_is_fitted_two_that_agree_are_enough() -> None:
    cheap, dear, dearest = Scripted("cheap", 1, 0.8), Scripted("dear", 2, 0.9), Scripted("dearest", 3, 1.0)
    found = Cascade([cheap, dear, dearest]).read(lines_of(range(500)), ["number"] * 500)
    assert cheap.asked == dear.asked == 500
    assert dearest.asked == sum(len(set(one.asked)) == 3 for one in found) < 200
    for number, one in enumerate(found):
        assert one.accepted == (len(one.agreed) > 1)
        assert one.value == str(number) or not one.accepted


def test_an_engine_that_knows_when_it_is_right_is_trusted_alone() -> None:
    cheap, dear = Scripted("cheap", 1, 0.8), Scripted("dear", 2, 1.0)
    cascade = fitted(Cascade([cheap, dear]), 1000)
    dear.asked = 0
    found = cascade.read(lines_of(range(5000, 6000)), ["number"] * 1000)
    result = judge(found, [str(number) for number in range(5000, 6000)], ["number"] * 1000)
    assert 0.15 < result.escalated < 0.25
    assert dear.asked == round(1000 * result.escalated)
    assert result.precision >= 0.99
    assert result.kept_precision == 1.0


def test_an_engine_whose_confidence_says_nothing_is_not() -> None:
    cheap, dear = Scripted("cheap", 1, 0.8, honest=False), Scripted("dear", 2, 1.0)
    found = fitted(Cascade([cheap, dear]), 1000).read(lines_of(range(5000, 6000)), ["number"] * 1000)
    assert all(one.asked == ("cheap", "dear") for one in found)
    assert all(one.accepted for one in found if one.agreed == ("cheap", "dear"))


def test_agreement_that_is_often_wrong_is_not_believed() -> None:
    same = [Scripted("a", 7, 0.7, honest=False), Scripted("b", 7, 0.7, honest=False)]  # one mistake twice
    found = fitted(Cascade(same), 300).read(lines_of(range(5000, 5300)), ["number"] * 300)
    assert not any(one.accepted for one in found)


def test_agreement_is_believed_from_where_it_is_right_often_enough() -> None:
    same = [Scripted("a", 7, 0.7), Scripted("b", 7, 0.7)]  # one mistake twice, and both know
    found = fitted(Cascade(same), 300).read(lines_of(range(5000, 5300)), ["number"] * 300)
    assert {one.value == str(number) for number, one in enumerate(found, 5000) if one.accepted} == {True}
    assert sum(one.accepted for one in found) > 150


def test_few_labelled_lines_neither_prove_nor_forbid_agreement() -> None:
    engines = [Scripted("a", 1, 0.9, honest=False), Scripted("b", 2, 0.9, honest=False)]
    found = fitted(Cascade(engines), 30).read(lines_of(range(5000, 5300)), ["number"] * 300)
    assert {one.accepted for one in found if len(one.agreed) == 2} == {True}
    assert {one.accepted for one in found if len(one.agreed) == 1} == {False}


def test_where_two_have_to_agree_one_is_never_enough() -> None:
    cheap, other, dear = Scripted("cheap", 1, 0.9), Scripted("other", 2, 0.9), Scripted("dear", 3, 1.0)
    cascade = fitted(Cascade([cheap, other, dear], least=2), 1000)
    dear.asked = 0
    found = cascade.read(lines_of(range(5000, 6000)), ["number"] * 1000)
    assert all(one.asked[:2] == ("cheap", "other") for one in found)
    assert {one.accepted for one in found if set(one.agreed) >= {"cheap", "other"}} == {True}
    assert 0 < dear.asked < 300
    assert all(len(one.agreed) >= 2 for one in found if one.accepted)


def test_who_reads_alone_is_enough_where_nobody_else_reads() -> None:
    only = Scripted("all", 1, 1.0)
    cascade = fitted(Cascade([only, Scripted("latin", 2, 1.0, languages="en")], "ko", least=2), 1000, kind="text")
    assert [one.accepted for one in cascade.read(lines_of([5000]), ["text"])] == [True]


def test_no_doubtful_value_hides_among_sure_ones() -> None:
    cheap = Scripted("cheap", 1, 0.995)
    found = fitted(Cascade([cheap], target=0.97), 2000).read(lines_of(range(5000, 7000)), ["number"] * 2000)
    assert all(one.confidence >= 0.7 for one in found if one.accepted)
    assert any(not one.accepted for one in found)


def test_a_dear_engine_is_asked_in_fit_only_about_what_is_left() -> None:
    cheap, dear = Scripted("cheap", 1, 0.8), Scripted("dear", 2, 1.0)
    fitted(Cascade([cheap, dear]), 1000)
    assert cheap.asked == 1000
    assert dear.asked < 300


def test_many_numbers_do_not_prove_few_words() -> None:
    numbers, few = range(1000), range(1000, 1030)
    cascade = Cascade([Scripted("cheap", 1, 1.0), Scripted("dear", 2, 1.0)])
    texts = [str(number) for number in (*numbers, *few)]
    cascade.fit(lines_of([*numbers, *few]), texts, ["number"] * 1000 + ["text"] * 30)
    number, text = cascade.read(lines_of([5000, 5000]), ["number", "text"])
    assert (number.asked, text.asked) == (("cheap",), ("cheap", "dear"))


def test_text_goes_only_to_who_reads_the_language() -> None:
    latin, all_of_them = Scripted("latin", 1, 1.0, languages="enja"), Scripted("all", 2, 1.0)
    cascade = Cascade([latin, all_of_them], "ko")
    found = cascade.read(lines_of([1, 2]), ["text", "number"])
    assert found[0].asked == ("all",)
    assert found[1].asked == ("latin", "all")
    assert (found[0].accepted, found[1].accepted) == (False, True)


def test_what_an_engine_only_thought_of_is_offered_last() -> None:
    class Hesitant(Scripted):
        def read(self, lines: Sequence[Line], kind: Kind) -> list[Reading]:
            return [Reading("7", 0.9, self.name, alternatives=("l", "7", "")) for _ in lines]

    class Other(Scripted):
        def read(self, lines: Sequence[Line], kind: Kind) -> list[Reading]:
            return [Reading("2", 0.8, self.name) for _ in lines]

    (found,) = Cascade([Hesitant("a", 1, 1.0), Other("b", 1, 1.0)]).read(lines_of([1]), ["number"])
    assert (found.value, found.alternatives) == ("7", ("2", "1"))


class Says:
    """Says one thing of every line, and how likely it finds others."""

    version = "1"

    def __init__(self, name: str, text: str, sure: float, **others: float) -> None:
        self.name, self.said = name, Reading(text, sure, name, tuple(others), shares=tuple(others.values()))

    def reads(self, kind: Kind, language: Language) -> bool:
        return True

    def read(self, lines: Sequence[Line], kind: Kind) -> list[Reading]:
        return [self.said] * len(lines)


def test_what_two_find_likely_outweighs_what_each_says_alone() -> None:
    engines = [Says("a", "fox", 0.5, fax=0.45), Says("b", "fix", 0.5, fax=0.45)]
    (found,) = Cascade(engines).read(lines_of([1]), ["text"])
    assert (found.value, found.agreed, found.engine, found.accepted) == ("fax", (), "a", False)
    assert set(found.alternatives) == {"fox", "fix"}


def test_who_says_nothing_else_does_not_rule_anything_out() -> None:
    talks, silent = Says("a", "fox", 0.6, fax=0.4), Says("b", "fax", 0.6)
    silent.said = silent.said._replace(shares=None)
    assert Cascade([talks, silent]).read(lines_of([1]), ["text"])[0].value == "fax"
    talks.said = talks.said._replace(text="fox", confidence=0.97, shares=(0.02,))
    assert Cascade([talks, silent]).read(lines_of([1]), ["text"])[0].value == "fox"
    silent.said = silent.said._replace(shares=())
    assert Cascade([talks, silent]).read(lines_of([1]), ["text"])[0].value == "fax"


def test_labelled_lines_tell_who_is_right_where_all_are_as_sure() -> None:
    wrong, right = Scripted("a", 1, 0.0, honest=False), Scripted("b", 2, 1.0, honest=False)
    found = fitted(Cascade([wrong, right]), 300).read(lines_of(range(5000, 5100)), ["number"] * 100)
    assert sum(one.value == str(number) for number, one in enumerate(found, 5000)) == 100


def test_two_that_agree_doubtfully_are_not_believed() -> None:
    a, b = Says("a", "fox", 0.9), Says("b", "fox", 0.9)
    lines, kinds = lines_of(range(30)), ["text"] * 30
    cascade = Cascade([a, b]).fit(lines, ["fox"] * 26 + ["fax"] * 4, kinds)
    assert not any(one.accepted for one in cascade.read(lines, kinds))


class Away:
    """Never answers."""

    name, version = "cloud", "1"

    def reads(self, kind: Kind, language: Language) -> bool:
        return True

    def read(self, lines: Sequence[Line], kind: Kind) -> list[Reading]:
        return [Reading("", 0.0, self.name, failed="down") for _ in lines]


def test_an_engine_that_fails_loses_nothing() -> None:
    cheap = Scripted("cheap", 1, 1.0)
    found = Cascade([cheap, Away()]).read(lines_of([5]), ["number"])
    (only,) = found
    assert (only.value, only.asked, only.failed) == ("5", ("cheap", "cloud"), ("cloud: down",))
    assert not only.accepted
    (nobody,) = Cascade([Away()]).read(lines_of([5]), ["number"])
    assert (nobody.value, nobody.accepted, nobody.confidence) == ("", False, 0.0)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.3, 1), st.booleans()), min_size=1, max_size=3),
    st.integers(0, 400),
    st.sampled_from([0.9, 0.99]),
)
def test_whatever_the_engines_are_like(makes: list[tuple[float, bool]], n: int, target: float) -> None:
    engines = [Scripted(f"e{i}", i, right, honest=honest) for i, (right, honest) in enumerate(makes)]
    cascade = fitted(Cascade(engines, target=target), n)
    numbers = range(9000, 9080)
    found = cascade.read(lines_of(numbers), ["number"] * len(numbers))
    for one in found:
        assert 0 <= one.confidence <= 1
        assert set(one.agreed) <= set(one.asked)
        assert one.asked == tuple(engine.name for engine in engines)[: len(one.asked)]
        assert one.accepted or len(one.asked) == len(engines)
        assert one.value not in one.alternatives


def test_what_was_learnt_is_kept(tmp_path: Path) -> None:
    engines = [Scripted("cheap", 1, 0.8), Scripted("dear", 2, 0.95)]
    cascade = fitted(Cascade(engines, "ja", target=0.98), 800)
    cascade.save(tmp_path / "cascade.json")
    again = Cascade.load(tmp_path / "cascade.json", engines)
    lines, kinds = lines_of(range(5000, 5200)), ["number"] * 200
    assert again.read(lines, kinds) == cascade.read(lines, kinds)
    assert (again.language, again.target) == ("ja", 0.98)


def test_engines_may_be_added_or_left_out_at_the_end(tmp_path: Path) -> None:
    engines = [Scripted("cheap", 1, 0.8), Scripted("dear", 2, 0.95)]
    fitted(Cascade(engines), 800).save(tmp_path / "cascade.json")
    longer = Cascade.load(tmp_path / "cascade.json", [*engines, Scripted("cloud", 3, 1.0)])
    found = longer.read(lines_of(range(5000, 5200)), ["number"] * 200)
    assert any(one.asked[-1] == "cloud" and one.accepted for one in found)
    assert len(Cascade.load(tmp_path / "cascade.json", engines[:1]).stages["text"]) == 1


def test_an_engine_of_another_version_is_refused(tmp_path: Path) -> None:
    fitted(Cascade([Scripted("cheap", 1, 0.8)]), 10).save(tmp_path / "cascade.json")
    newer = Scripted("cheap", 1, 0.8)
    newer.version = "2"
    with pytest.raises(Problem, match=r"cascade\.json: found cheap 2; expected cheap 1"):
        Cascade.load(tmp_path / "cascade.json", [newer])


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"language": "en", "target": 0.9, "stages": []}'])
def test_another_file_is_no_cascade(tmp_path: Path, content: str) -> None:
    (tmp_path / "cascade.json").write_text(content)
    with pytest.raises(Problem, match=r"cascade\.json"):
        Cascade.load(tmp_path / "cascade.json", [Away()])


def test_damaged_steps_are_named(tmp_path: Path) -> None:
    engines = [Scripted("cheap", 1, 0.8)]
    fitted(Cascade(engines), 800).save(tmp_path / "cascade.json")
    kept = json.loads((tmp_path / "cascade.json").read_text())
    kept["stages"]["number"][0]["trust"]["number: cheap"]["steps"].append(0.1)
    (tmp_path / "cascade.json").write_text(json.dumps(kept))
    with pytest.raises(Problem, match="expected one more than starts"):
        Cascade.load(tmp_path / "cascade.json", engines)


def test_bad_calls_are_named() -> None:
    with pytest.raises(Problem, match="at least one"):
        Cascade([])
    with pytest.raises(Problem, match="each name once"):
        Cascade([Away(), Away()])
    with pytest.raises(Problem, match="1 lines and 2"):
        Cascade([Away()]).read(lines_of([1]), ["number", "number"])
    with pytest.raises(Problem, match="expected as many"):
        judge([], [], [])
