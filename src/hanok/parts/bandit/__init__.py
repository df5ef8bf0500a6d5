"""Which arms to show next: Beta-Bernoulli bandits over slates."""

from hanok.parts.bandit.arms import Arms
from hanok.parts.bandit.policy import KLUCB, UCB, EpsilonGreedy, Greedy, Policy, Thompson

__all__ = ["KLUCB", "UCB", "Arms", "EpsilonGreedy", "Greedy", "Policy", "Thompson"]
