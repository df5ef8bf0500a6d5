"""Scores to probabilities, thresholds for a wanted precision, and curves that show whether either keeps its word."""

from hanok.parts.calibration.calibrator import Calibrator
from hanok.parts.calibration.dial import dial
from hanok.parts.calibration.isotonic import Isotonic
from hanok.parts.calibration.reliability import Reliability, reliability
from hanok.parts.calibration.threshold import RiskCoverage, auroc, risk_coverage, threshold_for_precision
from hanok.parts.calibration.wilson import Z95, Wilson, wilson

__all__ = [
    "Z95",
    "Calibrator",
    "Isotonic",
    "Reliability",
    "RiskCoverage",
    "Wilson",
    "auroc",
    "dial",
    "reliability",
    "risk_coverage",
    "threshold_for_precision",
    "wilson",
]
