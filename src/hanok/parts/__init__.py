"""Algorithms that know no system: each package is usable alone, as a library."""
