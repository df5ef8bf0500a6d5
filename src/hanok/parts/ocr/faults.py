"""What became of a call to a cloud, whichever of its libraries says so."""

from __future__ import annotations

from typing import Literal

Outcome = Literal["read", "over_budget", "down", "busy", "slow", "refused", "rejected", "garbage"]
"""``read``: answered. ``over_budget``: not asked. ``down``: not reached, or a fault of its own. ``busy``: too many
requests. ``slow``: no answer in time. ``refused``: wrong key, or a key without leave. ``rejected``: it will not have
this picture. ``garbage``: an answer that is none."""

_BY_STATUS: dict[int, Outcome] = {401: "refused", 403: "refused", 429: "busy", 408: "slow", 504: "slow"}


def outcome(error: Exception) -> Outcome:
    """The outcome that an exception of google-api-core, google-auth, requests or a parser stands for.

    Example
    -------
    >>> outcome(ConnectionResetError()), outcome(ValueError("no JSON"))
    ('down', 'garbage')
    """
    import requests
    from google.api_core.exceptions import GoogleAPICallError, RetryError
    from google.auth.exceptions import GoogleAuthError, TransportError

    if isinstance(error, GoogleAPICallError):
        status = int(error.code or 500)
        if "deserializ" in str(error).lower():  # gRPC reports an answer it cannot read as a fault of the server
            return "garbage"
        return _BY_STATUS.get(status, "rejected" if 400 <= status < 500 else "down")
    if isinstance(error, requests.Timeout | TimeoutError | RetryError):
        return "slow"
    if isinstance(error, requests.JSONDecodeError):
        return "garbage"
    if isinstance(error, requests.RequestException | TransportError | OSError):
        return "down"
    if isinstance(error, GoogleAuthError):
        return "refused"
    return "garbage"
