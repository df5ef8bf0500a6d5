"""Rules for a competition: recommends the rules of a new competition from those of past ones like it."""

from hanok.systems.rules.config import Config
from hanok.systems.rules.data import CatalogueRow, CompetitionRow, Data, Entry, RuleRow, Sources
from hanok.systems.rules.items import Competition, Suggestion, Suggestions, Verdict
from hanok.systems.rules.system import Rules

__all__ = [
    "CatalogueRow",
    "Competition",
    "CompetitionRow",
    "Config",
    "Data",
    "Entry",
    "RuleRow",
    "Rules",
    "Sources",
    "Suggestion",
    "Suggestions",
    "Verdict",
]
