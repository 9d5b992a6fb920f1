"""Where the rules run: over many people at once, next to their records."""
