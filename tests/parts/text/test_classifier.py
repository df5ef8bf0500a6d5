from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from hanok.core.problem import Problem, Stopped
from hanok.parts.text import TextClassifier, classifier, normalise

TEXTS = [
    f"{start} {topic}{end}"
    for topic in ("lost card", "transfer fee", "새 비밀번호", "口座を開く")
    for start in ("please", "hello", "about")
    for end in ("?", " today", " now")
]
LABELS = np.repeat(np.arange(4), 9)


def test_it_learns_what_can_be_learnt() -> None:
    fitted = TextClassifier().fit(TEXTS, LABELS)
    assert [int(fitted.scores(text).argmax()) for text in TEXTS] == LABELS.tolist()
    assert fitted.scores("비밀번호를 잊었어요").argmax() == 2
    assert fitted.scores("口座").argmax() == 3


def test_scores_are_those_of_scikit_learn() -> None:
    texts = [text for text in TEXTS if text.isascii()]
    labels = LABELS[: len(texts)]
    ours = TextClassifier(words=0, chars=(2, 4)).fit(texts, labels)
    peer = make_pipeline(
        TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=(2, 4),
            sublinear_tf=True,
            preprocessor=lambda t: normalise(t).replace("?", ""),
        ),
        LinearSVC(C=0.5, random_state=0, tol=1e-6),
    ).fit(texts, labels == 1)
    for text in (*texts, "about a new fee"):
        assert ours.scores(text)[1] == pytest.approx(peer.decision_function([text])[0], abs=0.02)


def test_repetition_and_fits_in_other_threads_change_nothing() -> None:
    alone = TextClassifier().fit(TEXTS, LABELS)
    with ThreadPoolExecutor(4) as pool:
        for beside in pool.map(lambda _: TextClassifier().fit(TEXTS, LABELS), range(8)):
            assert np.array_equal(alone.coefficients, beside.coefficients)
            assert np.array_equal(alone.intercepts, beside.intercepts)


def test_progress_is_told_and_stopping_stops() -> None:
    steps: list[tuple[int, int]] = []
    TextClassifier().fit(TEXTS, LABELS, report=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]

    def stop(done: int, total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        TextClassifier().fit(TEXTS, LABELS, report=stop)


def test_text_without_a_known_term_gets_the_intercepts() -> None:
    fitted = TextClassifier().fit(TEXTS, LABELS)
    assert np.array_equal(fitted.scores("ξξξ"), fitted.intercepts)


def test_more_classes_than_memory_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "LARGEST", 1000)
    with pytest.raises(Problem, match="4 answers times") as caught:
        TextClassifier().fit(TEXTS, LABELS)
    assert caught.value.code == "too_many_classes"
