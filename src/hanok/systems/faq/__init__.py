"""FAQ chatbot: answers questions in Korean, Japanese and English from a list of questions and answers."""

from hanok.systems.faq.config import Config
from hanok.systems.faq.data import Data, Row, Sources
from hanok.systems.faq.items import Answers, Question, Ranked, Verdict
from hanok.systems.faq.system import FAQ

__all__ = ["FAQ", "Answers", "Config", "Data", "Question", "Ranked", "Row", "Sources", "Verdict"]
