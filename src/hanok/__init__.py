"""An applied-AI server that a small team trains on its own data.

>>> import hanok
>>> faq = hanok.load("faq")                           # doctest: +SKIP
>>> faq({"text": "How do I start?"}).answers[0]       # doctest: +SKIP
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hanok.lifecycle.model import Model

__all__ = ["load"]


def load(reference: str, home: Path | str | None = None) -> Model:
    """Load a trained model by name.

    Parameters
    ----------
    reference : str
        ``"faq"`` (the champion), ``"faq@2"`` or ``"faq@challenger"``.
    home : Path or str, optional
        Default: the environment variable ``HANOK_HOME``, else ``~/.hanok``.

    Returns
    -------
    Model
        ``model(item)`` answers one item, ``model.answer(items)`` many and records them.

    Raises
    ------
    NotFound
        No such system or version.
    """
    from hanok.lifecycle.workspace import Workspace

    return Workspace.open(home).load(reference)
