"""Scores to probabilities, thresholds for a wanted precision, and curves that show whether either keeps its word."""

from hanok.parts.calibration.calibrator import Calibrator
from hanok.parts.calibration.reliability import Reliability, reliability
from hanok.parts.calibration.threshold import RiskCoverage, auroc, risk_coverage, threshold_for_precision

__all__ = [
    "Calibrator",
    "Reliability",
    "RiskCoverage",
    "auroc",
    "reliability",
    "risk_coverage",
    "threshold_for_precision",
]
