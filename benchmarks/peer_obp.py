"""What Open Bandit Pipeline makes of a log: ``python benchmarks/peer_obp.py FILE.npz`` in its own environment.

The file holds what `benchmarks.bandit` wrote: rewards, arms, propensities, positions, chances, model. Knows no hanok.
"""

import json
import sys

import numpy as np
from obp.ope import DoublyRobust, InverseProbabilityWeighting, SelfNormalizedInverseProbabilityWeighting

log = np.load(sys.argv[1])
n_places = int(log["positions"].max()) + 1
chances = np.repeat(log["chances"][:, :, None], n_places, axis=2)  # (n, n_arms, n_places); each row's own place is used
model = np.repeat(log["model"][:, :, None], n_places, axis=2)
given = {
    "reward": log["rewards"],
    "action": log["arms"],
    "pscore": log["propensities"],
    "position": log["positions"],
    "action_dist": chances,
}
estimators = {
    "ips": InverseProbabilityWeighting(),
    "snips": SelfNormalizedInverseProbabilityWeighting(),
    "dr": DoublyRobust(),
}
print(
    json.dumps(
        {
            name: float(estimator.estimate_policy_value(**given, estimated_rewards_by_reg_model=model))
            for name, estimator in estimators.items()
        }
    )
)
