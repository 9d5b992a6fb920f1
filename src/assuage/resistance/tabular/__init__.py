"""The tabular form of judging: judgements, findings and verdicts of many people as Ibis expressions."""
