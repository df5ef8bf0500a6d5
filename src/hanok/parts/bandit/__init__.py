"""Which arms to show next: Beta-Bernoulli bandits over slates, a simulator that tunes them, off-policy evaluation."""

from hanok.parts.bandit.arms import Arms
from hanok.parts.bandit.environment import Environment, World
from hanok.parts.bandit.offpolicy import Estimate, Log, chances, dr, ips, position_bias, replay, reward_model, snips
from hanok.parts.bandit.policy import KLUCB, UCB, EpsilonGreedy, Greedy, Policy, Thompson
from hanok.parts.bandit.simulator import Outcome, simulate
from hanok.parts.bandit.tuning import Tuned, grid, tune

__all__ = [
    "KLUCB",
    "UCB",
    "Arms",
    "Environment",
    "EpsilonGreedy",
    "Estimate",
    "Greedy",
    "Log",
    "Outcome",
    "Policy",
    "Thompson",
    "Tuned",
    "World",
    "chances",
    "dr",
    "grid",
    "ips",
    "position_bias",
    "replay",
    "reward_model",
    "simulate",
    "snips",
    "tune",
]
