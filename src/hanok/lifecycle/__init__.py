"""Train, tune, evaluate, improve, jobs: written once, for every system."""
