"""The FAQ chatbot: accuracy, retrieval in Korean and Japanese, foreign questions, calibration, speed; beside peers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.harness import Benchmark, data, figure, interleaved, over_seeds, show, shown
from hanok.core.contract import Fold
from hanok.core.run import Run
from hanok.parts.calibration import auroc
from hanok.parts.text import char_ngrams, language, normalise, words
from hanok.systems.faq import FAQ, Config, Data, Question, Sources

THREADS = 2
Ranking = Callable[[str], Sequence[int]]


def read(*parts: str, **source: Any) -> Data:
    """A table of the data folder."""
    return FAQ.read(Sources.model_validate({"questions": {"path": data(*parts), **source}}))


def fitted(train: Data, valid: Data, seed: int = 0, **config: Any) -> tuple[FAQ, float]:
    """A fitted system and the seconds that took."""
    start = time.perf_counter()
    faq = FAQ(Config(**config)).fit(train, valid, Run(seed=seed, threads=THREADS))
    return faq, time.perf_counter() - start


def first_fold(given: Data, seed: int) -> Fold[Data]:
    """As `hanok train` cuts it."""
    return next(iter(FAQ.folds(given, Config(), seed=seed)))


# -- peers -------------------------------------------------------------------------------------------------------------


def logistic(train: Data, valid: Data) -> tuple[Any, float]:
    """scikit-learn's plain pipeline: word TF-IDF and logistic regression, C chosen on the validation questions."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    def fit(c: float) -> Any:
        return make_pipeline(TfidfVectorizer(), LogisticRegression(C=c, max_iter=1000)).fit(
            train.questions, train.answers
        )

    start = time.perf_counter()
    best = max((fit(c) for c in (1.0, 10.0, 100.0)), key=lambda model: model.score(valid.questions, valid.answers))
    return best, time.perf_counter() - start


def word_cosine(questions: Sequence[str]) -> Ranking:
    """scikit-learn's TF-IDF over words, cosine."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(token_pattern=r"(?u)\b\w+\b")
    pool = vectors.fit_transform(questions).T.tocsr()
    return lambda text: np.argsort(-(vectors.transform([text]) @ pool).toarray()[0], kind="stable")[:20].tolist()


def peer_bm25(questions: Sequence[str], cut: Callable[[str], list[str]]) -> Ranking | None:
    """bm25s, if it is installed."""
    try:
        import bm25s
    except ModuleNotFoundError:
        return None
    index = bm25s.BM25()
    index.index([cut(question) for question in questions], show_progress=False)
    k = min(20, len(questions))
    return lambda text: index.retrieve([cut(text) or [""]], k=k, show_progress=False)[0][0].tolist()


def peers(questions: Sequence[str]) -> dict[str, Ranking]:
    """Rankers of questions by name."""
    found: dict[str, Ranking | None] = {
        "sklearn word TF-IDF": word_cosine(questions),
        "bm25s words": peer_bm25(questions, lambda text: words(normalise(text))),
        "bm25s our n-grams": peer_bm25(questions, lambda text: char_ngrams(normalise(text), 2, 5)),
    }
    return {name: ranker for name, ranker in found.items() if ranker}


# -- what is measured --------------------------------------------------------------------------------------------------


def banking(run: Benchmark) -> None:
    """77 intents: learnt as `hanok train` does, and with nothing held out."""
    train, test = read("banking77", "train.tsv"), read("banking77", "test.tsv")
    rows, spread, took = [], [], []
    for seed in run.seeds:
        fold = first_fold(train, seed)
        faq, seconds = fitted(fold.train, fold.valid, seed)
        report = faq.evaluate(test)
        spread.append(report["hit@1"].value)
        took.append(seconds)
        if seed == 0:
            for name in ("hit@1", "hit@3", "mrr", "coverage", "precision", "refused", "oos_auroc"):
                kept = run.keep(f"banking77.{name}", figure(report[name].values, report[name].statistic))
                rows.append([f"hanok, as trained: {name}", shown(kept)])
    run.keep("banking77.hit@1.seeds", over_seeds(spread))
    run.keep("banking77.training_s", over_seeds(took))
    fold = first_fold(train, 0)
    full, seconds = fitted(train, fold.valid)
    values = full.evaluate(test)["hit@1"].values
    rows.append(
        [
            "hanok, full train: hit@1",
            shown(run.keep("banking77.full.hit@1", figure(values, training_s=round(seconds, 2)))),
        ]
    )
    peer, seconds = logistic(train, fold.valid)
    values = np.array(peer.predict(test.questions)) == np.array(test.answers)
    rows.append(
        [
            "word TF-IDF + logistic regression",
            shown(run.keep("banking77.sklearn.hit@1", figure(values, training_s=round(seconds, 2)))),
        ]
    )
    for name, rank in peers(train.questions).items():
        values = [train.answers[rank(question)[0]] == answer for question, answer in _pairs(test)]
        rows.append([f"nearest by {name}", shown(run.keep(f"banking77.{name}.hit@1", figure(values)))])
    show(f"banking77, {len(test)} test questions, seeds {[round(s, 4) for s in spread]}", ["", "value"], rows)


def few(run: Benchmark) -> None:
    """Where the classifier overtakes the nearest question: few questions per intent of banking77."""
    train, test = read("banking77", "train.tsv"), read("banking77", "test.tsv")
    rows = []
    for shots in (2, 3, 5, 10):
        found: dict[str, list[float]] = {"classifier": [], "nearest": []}
        for seed in run.seeds:
            rng = np.random.default_rng(seed)
            groups = [rng.permutation(rows_of) for rows_of in train.groups()]
            known = train.take(np.concatenate([group[:shots] for group in groups]))
            valid = train.take(np.concatenate([group[shots : shots + 5] for group in groups]))
            for method, values in found.items():
                values.append(fitted(known, valid, seed, method=method)[0].evaluate(test)["hit@1"].value)
        for method, values in found.items():
            run.keep(f"banking77.{shots}_per_intent.{method}.hit@1", over_seeds(values))
        rows.append([shots, *(" ".join(f"{value:.3f}" for value in values) for values in found.values())])
    show("banking77 from few questions per intent, hit@1 per seed", ["questions", *found], rows)


def clinc(run: Benchmark) -> None:
    """150 intents, and 1,000 questions that have none."""
    parts = {split: read("clinc150", "clinc150.tsv", where={"split": split}) for split in ("train", "val", "test")}
    foreign = _foreign()
    faq, seconds = fitted(parts["train"], parts["val"])
    report = faq.evaluate(parts["test"])
    inside = _sure(faq, parts["test"].questions)
    outside = _sure(faq, foreign)
    n = len(inside)
    values = np.column_stack([np.concatenate([inside, outside]), np.arange(n + len(outside)) < n])
    kept = {
        "hit@1": run.keep("clinc150.hit@1", figure(report["hit@1"].values, training_s=round(seconds, 2))),
        "out-of-scope AUROC": run.keep("clinc150.oos_auroc", figure(values, _auroc)),
        "in-scope answered": run.keep("clinc150.coverage", figure(inside >= faq.threshold)),
        "out-of-scope refused": run.keep("clinc150.refused", figure(outside < faq.threshold)),
    }
    show(
        f"clinc150, {n} questions in scope, {len(outside)} out of scope",
        ["", "value"],
        [[k, shown(v)] for k, v in kept.items()],
    )


def retrieval(run: Benchmark, name: str, pairs: list[tuple[str, str]]) -> None:
    """Find the second sentence of each pair by the first one, among all second sentences."""
    answers = [" ".join(words(normalise(second))) for _, second in pairs]
    pool = Data.of(answers, answers)
    asked = Data([first for first, _ in pairs], answers, [""] * len(pairs), [language(first) for first, _ in pairs])
    fold = first_fold(pool, 0)
    faq, seconds = fitted(fold.train, fold.valid)
    report = faq.evaluate(asked)
    rows = [["hanok", *(shown(run.keep(f"{name}.{m}", figure(report[m].values))) for m in ("hit@1", "mrr"))]]
    for measure in ("coverage", "precision"):
        run.keep(f"{name}.{measure}", figure(report[measure].values, report[measure].statistic))
    run.keep(f"{name}.training_s", over_seeds([seconds]))
    changed = faq.evaluate(fold.test)
    values = [shown(run.keep(f"{name}.perturbed.{m}", figure(changed[m].values))) for m in ("hit@1", "mrr")]
    rows.append(["hanok, perturbed questions instead of the pairs'", *values])
    cosine, _ = fitted(fold.train, fold.valid, ranker="cosine")
    report = cosine.evaluate(asked)
    rows.append(
        ["hanok, cosine", *(shown(run.keep(f"{name}.cosine.{m}", figure(report[m].values))) for m in ("hit@1", "mrr"))]
    )
    for peer, rank in peers(pool.questions).items():
        position = {answer: i for i, answer in enumerate(pool.answers)}
        ranks = np.array([_rank(rank(question), position[answer]) for question, answer in _pairs(asked)])
        hit, reciprocal = ranks == 1, np.where(ranks > 0, 1 / np.maximum(ranks, 1), 0.0)
        kept = run.keep(f"{name}.{peer}.hit@1", figure(hit)), run.keep(f"{name}.{peer}.mrr", figure(reciprocal))
        rows.append([peer, *map(shown, kept)])
    show(f"{name}, {len(pairs)} pairs, {len(pool)} in the pool", ["", "hit@1", "MRR (first 20)"], rows)


def chat(run: Benchmark) -> None:
    """A corpus with one question per answer: perturbed questions."""
    given = read("ko_chatbot", "qa.tsv")
    rows = []
    for seed in run.seeds:
        fold = first_fold(given, seed)
        faq, seconds = fitted(fold.train, fold.valid, seed)
        report = faq.evaluate(fold.test)
        if seed == 0:
            for name in ("hit@1", "mrr", "coverage", "precision", "refused"):
                kept = run.keep(f"ko_chatbot.perturbed.{name}", figure(report[name].values, report[name].statistic))
                rows.append([name, shown(kept)])
            run.keep("ko_chatbot.training_s", over_seeds([seconds]))
    show(f"ko_chatbot, {len(given)} questions, perturbed", ["", "value"], rows)


def speed(run: Benchmark) -> None:
    """One answer at a time, from 10,000 entries."""
    train, test = read("banking77", "train.tsv"), read("banking77", "test.tsv")
    korean = read("ko_chatbot", "qa.tsv")
    asked = {"en": test.questions[:500], "ko": [first for first, _ in question_pairs()][:500]}
    apart = Data.of(train.questions, [f"answer {i}" for i in range(len(train))])
    ready = {
        ("en", "classifier, 77 answers"): fitted(train, first_fold(train, 0).valid)[0],
        ("en", "nearest, 10k answers"): _nearest(apart.take(range(min(10_000, len(apart))))),
        ("ko", "nearest, 10k questions"): _nearest(korean.take(range(10_000))),
    }
    rows = []
    for spoken in ("en", "ko"):
        contenders: dict[str, Callable[[Any], Any]] = {
            f"hanok {name}": lambda text, faq=faq: faq.predict([Question(text=text)])
            for (code, name), faq in ready.items()
            if code == spoken
        }
        pool = train if spoken == "en" else korean
        contenders |= peers(pool.questions[:10_000])
        if spoken == "en":
            plain, _ = logistic(train, first_fold(train, 0).valid)
            contenders["sklearn word TF-IDF + logistic regression"] = lambda text, plain=plain: plain.predict_proba(
                [text]
            )
        for name, taken in interleaved(contenders, asked[spoken]).items():
            run.keep(f"speed.{spoken}.{name}", taken)
            rows.append([spoken, name, taken["p50_ms"], taken["p99_ms"]])
    show("one answer from 10,000 entries, milliseconds, taking turns", ["", "", "p50", "p99"], rows)


# -- how ---------------------------------------------------------------------------------------------------------------


def question_pairs() -> list[tuple[str, str]]:
    """Korean questions that mean the same; label 0 says so."""
    files = ("kor_pair_train.tsv", "kor_pair_test.tsv")
    lines = [line for file in files for line in _tsv("ko_question_pair", file)]
    return [(row["q1"], row["q2"]) for row in lines if row["label"] == "0"]


def korsts() -> list[tuple[str, str]]:
    """Korean sentences of nearly the same meaning."""
    lines = [line for part in ("train", "dev", "test") for line in _tsv("korsts", f"sts-{part}.tsv")]
    return [(row["sentence1"], row["sentence2"]) for row in lines if float(row["score"]) >= 4]


def jsts() -> list[tuple[str, str]]:
    """Japanese sentences of nearly the same meaning."""
    lines = [line for part in ("train", "valid", "test") for line in _tsv("jglue_jsts", f"{part}.tsv")]
    return [(row["sentence1"], row["sentence2"]) for row in lines if float(row["score"]) >= 4]


def _tsv(*parts: str) -> list[dict[str, str]]:
    """Rows of a file whose quotes mean nothing."""
    header, *lines = data(*parts).read_text(encoding="utf-8").splitlines()
    return [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines]


def _foreign() -> list[str]:
    return [row["text"] for row in _tsv("clinc150", "clinc150.tsv") if row["split"] == "oos_test"]


def _sure(faq: FAQ, questions: Sequence[str]) -> npt.NDArray[np.float64]:
    """The score of the first answer to each."""
    outputs = [faq(Question(text=question, k=1)) for question in questions]
    return np.array([output.answers[0].score if output.answers else 0.0 for output in outputs])


def _auroc(values: npt.NDArray[np.float64]) -> float:
    inside = values[:, 1] == 1
    return auroc(values[inside, 0], values[~inside, 0])


def _nearest(given: Data) -> FAQ:
    fold = first_fold(given, 0)
    return fitted(given, fold.valid, method="nearest")[0]


def _pairs(given: Data) -> list[tuple[str, str]]:
    return list(zip(given.questions, given.answers, strict=True))


def _rank(found: Sequence[int], right: int) -> int:
    return found.index(right) + 1 if right in found else 0


def main() -> None:
    """Measure everything."""
    run = Benchmark("faq", __doc__ or "")
    banking(run)
    retrieval(run, "ko_question_pair", question_pairs())
    if not run.quick:
        few(run)
        retrieval(run, "korsts", korsts())
        retrieval(run, "jglue_jsts", jsts())
        chat(run)
        clinc(run)
    speed(run)
    run.finish()


if __name__ == "__main__":
    main()
