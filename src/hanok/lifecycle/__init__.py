"""Train, tune, evaluate, optimize and learn: written once, for every system."""
