"""What people said was right, as images to learn from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hanok.core.contract import Fold
from hanok.core.ledger import Event
from hanok.core.problem import Problem
from hanok.parts.image import load
from hanok.systems.quantize.config import Config
from hanok.systems.quantize.data import Data
from hanok.systems.quantize.fitting import passes
from hanok.systems.quantize.frame import shaped
from hanok.systems.quantize.items import Answer, Photo, Right
from hanok.systems.quantize.room import Told


def told_since(
    fold: Fold[Data], config: Config, before: Told | None, events: Sequence[Event[Photo, Answer, Right]]
) -> tuple[Data, Told]:
    """Training images with those that feedback tells of, and the latter alone; the last word on an image counts.

    An image of the validation or test part stays out, one of the training part is corrected.

    Raises
    ------
    Problem
        ``cannot_learn``: nothing is trained, so nothing could be learnt; ``nothing_to_learn``: no feedback names a
        known class of a new image.
    """
    if fold.train.onnx or (config.method == "ptq" and not passes(config)):
        hint = "bring a torch model, and set method to qat or float_epochs above 0"
        raise Problem("cannot_learn", "this network is calibrated only; expected one that is trained", hint=hint)
    height, width, channels = fold.train.images.shape[1:]
    places = {name: place for place, name in enumerate(fold.train.classes)}
    held = {image.tobytes() for part in (fold.valid, fold.test) for image in part.images}
    known = {} if before is None else {i.tobytes(): (i, int(j)) for i, j in zip(*before, strict=True)}
    fresh = 0
    for event in events:
        if event.feedback is None or event.feedback.label not in places:
            continue
        image = shaped(load(event.item.image, where="image"), height, width, channels)
        if image.tobytes() not in held:
            known[image.tobytes()] = image, places[event.feedback.label]
            fresh += 1
    if not fresh:
        hint = f"classes are {', '.join(fold.train.classes[:10])}; an image that is judged by is not learnt from"
        raise Problem("nothing_to_learn", "no feedback names a known class of a new image", hint=hint)
    images, labels = zip(*known.values(), strict=True)
    told = Told(np.stack(images), np.array(labels, np.int64))
    kept = np.array([image.tobytes() not in known for image in fold.train.images], bool)
    return fold.train.take(np.flatnonzero(kept)).with_more(*told), told
