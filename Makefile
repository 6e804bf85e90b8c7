# One word per job; each makes its own virtual environment on a machine with only Python 3.11 or newer.

VENV   := .venv
ENGINES := .engines
BIN    := $(VENV)/bin
READY  := $(VENV)/ready
PAGES  := app/pages/static/built-from.txt
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.14 python3 python; do \
            command -v $$python >/dev/null 2>&1 \
            && $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
            && echo $$python && break; done)

.DEFAULT_GOAL := help
.PHONY: help install run
.PHONY: test differential planted-bugs fuzz torture
.PHONY: lint types check
.PHONY: bench bench-full
.PHONY: ui docs engines

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found; install it, or name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(PAGES): $(shell find app/ui -type f -not -path '*/node_modules/*' -not -path '*/built/*') hatch_build.py | $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .

install: $(READY) $(PAGES) ## the virtual environment with everything in it

run: $(READY) $(PAGES) ## a made-up region, solved and served on this machine
	$(BIN)/care-landscape serve --demo

test: $(READY) $(PAGES) ## every test
	$(BIN)/python -m pytest --numprocesses logical --dist loadfile

DIFFERENTIAL := $(addprefix tests/solver/test_,differential.py kernel.py by_price.py capacitated.py as_if_steered.py care_types_apart.py \
	probing.py watching.py)

differential: $(READY) ## five hundred random worlds, each answered in every way there is
	CARE_LANDSCAPE_WORLDS=$${CARE_LANDSCAPE_WORLDS:-500} $(BIN)/python -m pytest $(DIFFERENTIAL) --hypothesis-show-statistics

torture: $(READY) ## 500 kills on each database, 20 restarts of PostgreSQL, 51 rolling restarts, 30 models made to be hard (hours)
	$(BIN)/python -m tests.e2e.torture
	CARE_LANDSCAPE_ROLLING_RESTARTS=17 $(BIN)/python -m pytest -s tests/e2e/test_rolling_restart.py
	CARE_LANDSCAPE_ADVERSARIES=30 $(BIN)/python -m pytest -s tests/e2e/test_adversarial.py

planted-bugs: $(READY) ## bugs planted in the rules one by one, and the test that sees each, into docs/planted-bugs.md
	$(BIN)/python -m tests.planted_bugs

lint: $(READY) ## style, layout and which package may import which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(READY) ## types, strictly
	$(BIN)/mypy

check: lint types test ## all of the above

bench: $(READY) ## our times beside other ways, into docs/benchmarks.md
	$(BIN)/python -m benchmarks

bench-full: $(READY) ## the same with the cases that take hours
	$(BIN)/python -m benchmarks --full

engines: $(ENGINES)/ready ## OSRM and Valhalla for the tests of routing; without them those tests skip

$(ENGINES)/ready: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --target $(ENGINES) --no-deps \
		--only-binary=:all: --python-version 3.12 'osrm-bindings>=26.10' 'pyvalhalla>=3.9'
	@touch $@

fuzz: $(READY) ## every call of the API with many made-up values (some minutes)
	CARE_LANDSCAPE_TEST_EXAMPLES=50 $(BIN)/python -m pytest -s tests/e2e/test_every_call.py

ui: $(READY) $(PAGES) ## the planner's pages, from app/ui; installing builds them too, and only when they changed

docs: $(READY) ## the reference page from the code, and the documents held to it
	$(BIN)/python -m docs.model_page
	$(BIN)/python -m tests.capabilities
	$(BIN)/python -m docs.recipe_page
	$(BIN)/python -m pytest tests/test_house.py
