"""Made-up people in the formats that the readers know: one module for each format."""
