"""History files: what a clinician or a person with pain knows, typed by hand (`*.history.yaml`)."""

from assuage.records.history_file.reading import read_history_files

__all__ = ["read_history_files"]
