"""Runtime connections and secrets of a system, taken from the environment and never saved."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pydantic import BaseModel, ValidationError

from hanok.core.contract import AnySystem
from hanok.core.ledger import Nothing
from hanok.core.problem import Unavailable


def variable(system: str, field: str) -> str:
    """The environment variable of one setting: ``HANOK_<SYSTEM>_<FIELD>``."""
    return f"HANOK_{system}_{field}".upper().replace("-", "_")


def settings(cls: type[AnySystem], environ: Mapping[str, str] = os.environ) -> BaseModel | None:
    """The settings of a system, or None where one that it needs is missing: asking for it then says which.

    Raises
    ------
    Unavailable
        A variable is set to something its field does not allow; the value itself is not repeated.
    """
    if cls.Settings is Nothing:
        return None
    names = {field: variable(cls.name, field) for field in cls.Settings.model_fields}
    given = {field: environ[name] for field, name in names.items() if name in environ}
    try:
        return cls.Settings.model_validate(given)
    except ValidationError as error:
        wrong = [e for e in error.errors() if e["type"] != "missing"]
        if not wrong:
            return None
        first = wrong[0]
        field = str(first["loc"][0]) if first["loc"] else ""  # none where several do not go together
        values = [given[field]] if field in given else list(given.values())
        message = "is not allowed" if any(v and v in first["msg"] for v in values) else first["msg"]
        where = names.get(field, "settings")
        raise Unavailable("settings_invalid", message, where, f"correct {where}") from None
