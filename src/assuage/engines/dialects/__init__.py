"""What Ibis lacks of an engine, taught in one file for each."""
