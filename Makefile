# `make grade` and `make test` set everything up and run, in a clone that lies anywhere.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
OUT ?= results

.PHONY: grade test test-slow test-endurance lint validate fuzz bench clean

grade: $(INSTALLED)  ## grade the bundled example class
	$(BIN)/grader grade tests/examples --out $(OUT)

test: $(INSTALLED)  ## the quick tests
	$(BIN)/python -m pytest

test-slow: $(INSTALLED)  ## the tests that take minutes
	$(BIN)/python -m pytest -m "slow and not endurance"

test-endurance: $(INSTALLED)  ## many kills, many jobs
	$(BIN)/python -m pytest -m endurance

lint: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

validate: $(INSTALLED)  ## references pass, stubs earn nothing, wrong submissions are caught
	$(BIN)/grader validate $(ARGS)

fuzz: $(INSTALLED)  ## coverage-guided fuzzing of the wire decoder, two minutes
	$(BIN)/python -m pip install --quiet --editable '.[fuzz]'
	$(BIN)/python tests/engine/fuzz_wire.py -max_total_time=120 -timeout=5 -rss_limit_mb=4096 .fuzz

bench: $(INSTALLED)  ## cost, speed and memory, beside other autograders
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	$(BIN)/python -m benchmarks

$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) $(OUT) *.egg-info
