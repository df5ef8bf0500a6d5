"""The ``hanok`` command."""

from hanok.cli.app import main

__all__ = ["main"]
