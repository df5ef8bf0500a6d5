"""OpenCV, imported where it is needed, with one line on what to install where it is not there."""

from __future__ import annotations

from functools import cache
from types import ModuleType

from hanok.core.problem import Unavailable


@cache
def opencv() -> ModuleType:
    """OpenCV, on one thread: servings run beside each other."""
    try:
        import cv2 as module
    except ImportError as error:
        raise Unavailable("missing_extra", "reading pictures needs OpenCV", hint="pip install 'hanok[ocr]'") from error
    module.setNumThreads(1)
    return module
