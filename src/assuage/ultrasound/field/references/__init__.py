"""Answers that need no grid: plain, slow, and what every solver is held against."""
