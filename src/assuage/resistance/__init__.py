"""Published definitions of treatment resistance, the criteria they are made of, and verdicts."""
