"""Coding systems as types, and which codes mean which drug, condition, procedure or instrument."""
