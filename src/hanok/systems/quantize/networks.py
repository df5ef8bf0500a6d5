"""Where a float network comes from: the room's own small one, or the user's by import path. Needs torch."""

from __future__ import annotations

import copy
import importlib
import os
import sys
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from hanok.core.problem import NotFound, Problem

WIDTHS = (16, 32, 64)


def small(channels: int, classes: int) -> nn.Sequential:
    """Three convolutions and a linear layer: (B, channels, H, W) to (B, classes)."""
    layers: dict[str, nn.Module] = {}
    for number, (into, out) in enumerate(zip((channels, *WIDTHS), WIDTHS, strict=False), 1):
        layers[f"conv{number}"] = nn.Conv2d(into, out, 3, 1 if number == 1 else 2, 1, bias=False)
        layers[f"norm{number}"], layers[f"relu{number}"] = nn.BatchNorm2d(out), nn.ReLU()
    layers |= {"mean": nn.AdaptiveAvgPool2d(1), "flat": nn.Flatten(), "out": nn.Linear(WIDTHS[-1], classes)}
    return nn.Sequential(OrderedDict(layers))


def imported(path: str) -> nn.Module:
    """The user's model, as a copy.

    Parameters
    ----------
    path : str
        ``package.module:attribute``, looked for in the current folder, too. The attribute is a module, or a class or
        function that makes one without arguments.

    Raises
    ------
    NotFound
        ``no_module``: nothing of that name.
    Problem
        ``bad_module``: it raises, or is no torch module.

    Example
    -------
    >>> imported("torch.nn:Identity")
    Identity()
    """
    package, colon, attribute = path.partition(":")
    if not (package and colon and attribute):
        raise Problem("bad_module", f"found {path!r}; expected package.module:attribute", "module")
    with _current_folder():
        try:
            found = importlib.import_module(package)
            for name in attribute.split("."):
                found = getattr(found, name)
        except (ImportError, AttributeError) as error:
            raise NotFound("no_module", f"{error}; expected {path}", "module", "run hanok where it lies") from error
        except Exception as error:  # the user's code may raise anything
            raise Problem("bad_module", f"importing raised {type(error).__name__}: {error}", "module") from error
        made = _made(found, path)
    if not isinstance(made, nn.Module):
        raise Problem("bad_module", f"found {type(made).__name__} at {path}; expected a torch module", "module")
    return copy.deepcopy(made)


def _made(found: object, path: str) -> object:
    if isinstance(found, nn.Module) or not callable(found):
        return found
    try:
        return found()
    except Exception as error:  # the user's code may raise anything
        hint = "it is called without arguments"
        raise Problem("bad_module", f"{path} raised {type(error).__name__}: {error}", "module", hint) from error


@contextmanager
def _current_folder() -> Iterator[None]:
    """The current folder can be imported from, as with python -m."""
    folder = os.getcwd()
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)


def outputs(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """What a float network says of images, (n, classes).

    Raises
    ------
    Problem
        ``bad_module``: it raises, or does not give one row of numbers an image; ``nan_outputs``.
    """
    try:
        with torch.no_grad():
            found = torch.cat([model(part) for part in torch.split(images, 256)])
    except Exception as error:  # the user's code may raise anything
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise Problem("bad_module", f"given {tuple(images.shape)} it raised: {reason}", "module") from error
    if found.ndim != 2 or len(found) != len(images):
        raise Problem("bad_module", f"found outputs {tuple(found.shape)}; expected ({len(images)}, classes)", "module")
    if not bool(torch.isfinite(found).all()):
        raise Problem("nan_outputs", "found outputs that are not finite; expected numbers", "module")
    return found
