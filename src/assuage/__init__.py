"""assuage: what was tried, is this pain treatment-resistant, by which definition, and why."""

__version__ = "0.1.0"
