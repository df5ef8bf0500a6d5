"""Implicit matrix factorisation: vectors of users and items from what each user has seen, bought or read."""

from hanok.parts.factorization.als import ALS

__all__ = ["ALS"]
