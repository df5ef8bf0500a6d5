"""The one reader of table files: CSV, TSV, JSON lines and Parquet, held against a model of one row."""

from hanok.core.table.columns import Column
from hanok.core.table.reader import Check, check

__all__ = ["Check", "Column", "check"]
