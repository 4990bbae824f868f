"""Rewards: plain functions of one answer and its truth, from 0 (worst) to 1; None where a sample has no such truth."""

from .adapters import easyr1_score, swift_orm, trl_reward
from .meter import RewardMeter
from .registry import REWARDS, Reward, build_reward

__all__ = ["REWARDS", "Reward", "RewardMeter", "build_reward", "easyr1_score", "swift_orm", "trl_reward"]
