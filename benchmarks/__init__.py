"""Measurements, one command each: ``python -m benchmarks.faq``. Each prints tables and keeps what it found as JSON."""
