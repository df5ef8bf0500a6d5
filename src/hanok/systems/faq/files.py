"""The artifact's files: texts as JSON, arrays as safetensors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from hanok.parts.text import Sparse, Tfidf, Vocabulary
from hanok.systems.faq.config import Config
from hanok.systems.faq.data import Data
from hanok.systems.faq.known import Known
from hanok.systems.faq.matcher import Matcher, blank, ranking

TEXTS, TERMS, ARRAYS = "questions.json", "terms.json", "arrays.safetensors"


def write(folder: Path, matcher: Matcher, valid: Data, calibration: dict[str, float]) -> None:
    """Write the files."""
    from safetensors.numpy import save_file

    counts, classifier = matcher.index.counts, matcher.classifier
    arrays = {
        "counts.starts": counts.starts,
        "counts.columns": counts.columns.astype(np.int32),
        "counts.values": counts.values.astype(np.uint16),  # a question has at most 2000 characters
    }
    terms = {"index": matcher.index.vocabulary.terms}
    if classifier:
        arrays |= {"coefficients": classifier.coefficients, "intercepts": classifier.intercepts}
        arrays |= {f"idf.{i}": block.idf for i, block in enumerate(classifier.blocks)}
        terms["words"] = [term for block in classifier.blocks[:-1] for term in block.vocabulary.terms]
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / ARRAYS)
    _dump(folder / TERMS, terms)
    _dump(folder / TEXTS, {"known": _pack(matcher.known.data), "valid": _pack(valid), "calibration": calibration})


def read(folder: Path, config: Config) -> tuple[Matcher, Data, dict[str, float]]:
    """The mirror of `write`."""
    from safetensors.numpy import load_file

    arrays, terms, texts = load_file(folder / ARRAYS), _load(folder / TERMS), _load(folder / TEXTS)
    vocabulary = Vocabulary(terms["index"])
    columns, values = arrays["counts.columns"].astype(np.int64), arrays["counts.values"].astype(np.float32)
    counts = Sparse(arrays["counts.starts"], columns, values, len(vocabulary))
    classifier = None
    if "coefficients" in arrays:
        classifier = blank(config)
        classifier.coefficients, classifier.intercepts = arrays["coefficients"], arrays["intercepts"]
        classifier.blocks = []
        for block, own in enumerate([Vocabulary(terms["words"]), vocabulary][not config.words :]):
            classifier.blocks.append(Tfidf(sublinear=config.sublinear))
            classifier.blocks[-1].vocabulary, classifier.blocks[-1].idf = own, arrays[f"idf.{block}"]
    known = Known.of(_unpack(texts["known"]))
    matcher = Matcher(config, known, ranking(config).over(vocabulary, counts), classifier)
    return matcher, _unpack(texts["valid"]), texts["calibration"]


def _pack(data: Data) -> dict[str, Any]:
    """Every answer once."""
    position = {answer: i for i, answer in enumerate(dict.fromkeys(data.answers))}
    return {**vars(data), "texts": list(position), "answers": [position[answer] for answer in data.answers]}


def _unpack(packed: dict[str, Any]) -> Data:
    texts = packed.pop("texts")
    return Data(**{**packed, "answers": [texts[i] for i in packed["answers"]]})


def _dump(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, allow_nan=False), encoding="utf-8")


def _load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
