"""Exposures and procedures become treatment trials: facts, before any definition judges them."""
