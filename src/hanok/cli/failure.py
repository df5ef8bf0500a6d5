"""How a call ends that did not go well: one clear line on stderr, and an exit code that scripts can rely on.

====  ================================================================
0     it went well
1     a `Problem`: input, data, configuration or fit is not usable
2     the command was called wrongly
3     not found: a file, system, version, answer, job or key
4     unavailable: a setting, an extra or a connection is missing
130   interrupted with Ctrl-C
====  ================================================================
"""

from __future__ import annotations

import json
import traceback

import typer

from hanok.cli.session import Session
from hanok.core.problem import Failed, NotFound, Problem, Stopped, Unavailable

OK, PROBLEM, USAGE, NOT_FOUND, UNAVAILABLE, INTERRUPTED = 0, 1, 2, 3, 4, 130

DETAILS = 5
"""How many of the single problems behind one are shown."""


class Usage(Problem):
    """The command was called wrongly."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__("usage", message, hint=hint)


def report(error: Exception, session: Session) -> int:
    """Say on stderr what went wrong; returns the exit code."""
    if session.debug:
        traceback.print_exception(error)
    if isinstance(error, Stopped):
        typer.echo("stopped; nothing was published", err=True)
        return INTERRUPTED
    problem = as_problem(error)
    if session.json:
        typer.echo(json.dumps(problem.envelope(), ensure_ascii=False), err=True)
    else:
        typer.echo(in_words(problem), err=True)
    return exit_code(problem)


def as_problem(error: Exception) -> Problem:
    """Any error as a `Problem`."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, typer.TyperException):
        path = getattr(getattr(error, "ctx", None), "command_path", "hanok")
        return Usage(error.format_message(), f"{path} --help")
    return Failed("failed", f"{type(error).__name__}: {error}", hint="this is a bug; --debug shows where it happened")


def exit_code(problem: Problem) -> int:
    """The exit code of a problem."""
    kinds = {Usage: USAGE, NotFound: NOT_FOUND, Unavailable: UNAVAILABLE}
    return next((code for kind, code in kinds.items() if isinstance(problem, kind)), PROBLEM)


def in_words(problem: Problem) -> str:
    """A problem for a person: what, the first of its details, what to do.

    Example
    -------
    >>> print(in_words(NotFound("no_file", "there is no such file", "faq.csv", "check its name")))
    error: faq.csv: there is no such file
    hint: check its name
    """
    from hanok.core.words import plain

    lines = [f"error: {plain(str(problem))}"]
    lines += [f"  {plain(str(detail))}" for detail in problem.details[:DETAILS]]
    if len(problem.details) > DETAILS:
        lines.append(f"  ... and {len(problem.details) - DETAILS} more")
    if problem.hint:
        lines.append(f"hint: {plain(problem.hint)}")
    return "\n".join(lines)
