# One command per job, the same here and in CI. Paths are relative, so a space in the folder's name is fine.
PYTHON ?= python3
BIN := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help demo demo-fus test check docs fhir-schema bench bench-fus clean

help:
	@echo "make demo    make up a clinic of 2,000 people and review it"
	@echo "make demo-fus  plan, heat, rehearse and measure a sonication on a made-up head (some minutes)"
	@echo "make test    run the tests"
	@echo "make check   format, lint, types, import floors"
	@echo "make fhir-schema  fetch the official FHIR R4 schema that the tests of FHIR out check against (npm)"
	@echo "make docs    write the generated reference pages again"
	@echo "make bench   trials, whole reviews of up to a million made-up people, every engine, ingest (half an hour on 2 quiet cores)"
	@echo "make bench-fus  the sound against exact references, peers and itself (45 minutes on 2 quiet cores)"
	@echo "make clean   remove the virtual environment and build outputs"

$(BIN):
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "assuage needs Python 3.11 or later; name one with: make PYTHON=/path/to/python3.11 ...")'
	$(PYTHON) -m venv .venv

.venv/runtime.stamp: requirements/runtime.txt pyproject.toml | $(BIN)
	$(BIN) -m pip install --quiet --disable-pip-version-check -r requirements/runtime.txt
	$(BIN) -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/ultrasound.stamp: requirements/ultrasound.txt .venv/runtime.stamp
	$(BIN) -m pip install --quiet --disable-pip-version-check -r requirements/ultrasound.txt
	@touch $@

.venv/postgres.stamp: requirements/postgres.txt .venv/runtime.stamp
	$(BIN) -m pip install --quiet --disable-pip-version-check -r requirements/postgres.txt
	@touch $@

.venv/spark.stamp: requirements/spark.txt .venv/runtime.stamp
	$(BIN) -m pip install --quiet --disable-pip-version-check --no-deps -r requirements/spark.txt
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/ultrasound.stamp .venv/postgres.stamp .venv/spark.stamp
	$(BIN) -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	@touch $@

tests/fhir/node_modules/stamp: tests/fhir/package.json
	cd tests/fhir && npm install --ignore-scripts --no-audit --no-fund --no-package-lock --silent
	@touch $@

fhir-schema: tests/fhir/node_modules/stamp

demo: .venv/runtime.stamp
	@$(BIN) -m assuage demo --out demo-out

demo-fus: .venv/ultrasound.stamp
	@$(BIN) -m assuage fus demo --out demo-fus-out

test: .venv/dev.stamp
	$(BIN) -m pytest -n 2 --dist loadfile

check: .venv/dev.stamp
	$(BIN) -m ruff format --check .
	$(BIN) -m ruff check .
	$(BIN) -m mypy
	.venv/bin/lint-imports

docs: .venv/dev.stamp
	$(BIN) -m assuage.testing.reference_pages docs/definitions

bench: .venv/dev.stamp benchmarks/.venv-fhir/stamp
	cd benchmarks && ../$(BIN) cohort_trials.py --exposures 1000000
	cd benchmarks && ../$(BIN) cohort_trials.py
	cd benchmarks && ../$(BIN) cohort_trials.py --data gibleed
	cd benchmarks && ../$(BIN) cohort_review.py
	cd benchmarks && ../$(BIN) cohort_review.py --people 1000000
	cd benchmarks && ../$(BIN) switch_over.py
	cd benchmarks && ../$(BIN) engines_spark.py
	cd benchmarks && ../$(BIN) ingest.py --peer .venv-fhir/bin/python

# each environment holds what its peers need, which is not what the project needs
benchmarks/.venv-%/stamp: benchmarks/requirements-%.txt
	$(PYTHON) -m venv benchmarks/.venv-$*
	benchmarks/.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

bench-fus: .venv/dev.stamp benchmarks/.venv-peers/stamp
	$(BIN) -m assuage fus benchmark
	$(BIN) -m pytest -m long -s tests/ultrasound/test_random_slabs.py tests/ultrasound/test_array_solvers.py
	cd benchmarks && ../$(BIN) figures.py
	cd benchmarks && ../$(BIN) scaling.py
	cd benchmarks && ../$(BIN) half_spacing.py
	cd benchmarks && ../$(BIN) closed_skull.py
	cd benchmarks && ../$(BIN) closed_skull.py --frequency-khz 650 --plan-only
	cd benchmarks && ../$(BIN) peers.py

clean:
	rm -rf .venv build demo-out demo-fus-out
