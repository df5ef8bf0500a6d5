"""Who responds to what: responses of nodes with features and edges, for known nodes and for new ones."""

from hanok.parts.response.evidence import Evidence
from hanok.parts.response.responder import Prediction, Responder
from hanok.parts.response.settings import Settings

__all__ = ["Evidence", "Prediction", "Responder", "Settings"]
