# One command per job, the same here and in CI. Paths are relative, so a space in the folder's name is fine.
PYTHON ?= python3
BIN := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help demo test check docs clean

help:
	@echo "make demo    review the made-up clinic that ships with the project"
	@echo "make test    run the tests"
	@echo "make check   format, lint, types, import floors"
	@echo "make docs    write the generated reference pages again"
	@echo "make clean   remove the virtual environment and build outputs"

$(BIN):
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "assuage needs Python 3.11 or later; name one with: make PYTHON=/path/to/python3.11 ...")'
	$(PYTHON) -m venv .venv

.venv/runtime.stamp: requirements/runtime.txt pyproject.toml | $(BIN)
	$(BIN) -m pip install --quiet --disable-pip-version-check -r requirements/runtime.txt
	$(BIN) -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/runtime.stamp
	$(BIN) -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	@touch $@

demo: .venv/runtime.stamp
	@$(BIN) -m assuage demo --out demo-out

test: .venv/dev.stamp
	$(BIN) -m pytest -n 2 --dist loadfile

check: .venv/dev.stamp
	$(BIN) -m ruff format --check .
	$(BIN) -m ruff check .
	$(BIN) -m mypy
	.venv/bin/lint-imports

docs: .venv/dev.stamp
	$(BIN) -m assuage.testing.reference_pages docs/definitions

clean:
	rm -rf .venv build demo-out
