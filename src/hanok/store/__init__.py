"""Everything hanok remembers: answers, feedback, jobs, versions, runs, keys, contents. Nothing here knows a system."""

from hanok.store.answers import Answer, NewAnswer
from hanok.store.blobs import Blob
from hanok.store.feedback import Added, Given
from hanok.store.job import Job, State
from hanok.store.keys import Key, NewKey, Scope
from hanok.store.ledger import SqlLedger
from hanok.store.runs import Run
from hanok.store.store import Store
from hanok.store.versions import CHAMPION, AliasChange, Version

__all__ = [
    "CHAMPION",
    "Added",
    "AliasChange",
    "Answer",
    "Blob",
    "Given",
    "Job",
    "Key",
    "NewAnswer",
    "NewKey",
    "Run",
    "Scope",
    "SqlLedger",
    "State",
    "Store",
    "Version",
]
