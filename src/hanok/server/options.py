"""What a server is started with."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address

from hanok.server.limits import Limits


@dataclass(frozen=True)
class Options:
    """Where a server listens, who may ask it, and how much.

    Parameters
    ----------
    host : str
        The address it listens on. Any but a loopback address needs API keys.
    port : int
        0: any free one.
    require_key : bool
        Ask for a key on a loopback address, too.
    limits : Limits
        What one client may ask for.
    workers : int
        How many jobs run side by side.

    Example
    -------
    >>> Options().open, Options(host="0.0.0.0").open, Options(require_key=True).open
    (True, False, False)
    """

    host: str = "127.0.0.1"
    port: int = 8000
    require_key: bool = False
    limits: Limits = field(default_factory=Limits)
    workers: int = 1

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)

    @property
    def open(self) -> bool:
        """Whether requests need no key."""
        return self.loopback and not self.require_key


def is_loopback(host: str) -> bool:
    """Whether a host name or address, without a port, means this machine.

    Example
    -------
    >>> [is_loopback(host) for host in ("localhost", "127.0.0.1", "::1", "0.0.0.0", "evil.example")]
    [True, True, True, False, False]
    """
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
