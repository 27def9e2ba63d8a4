# Every target makes .venv and installs into it what it needs; a second run finds it there.

PYTHON  ?= python3
WORKERS ?= auto
CONSTRAINTS ?=

VENV   := .venv
BIN    := $(VENV)/bin
STAMPS := $(VENV)/stamps
PEERS  := $(VENV)/peers
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
PYTHONS := 3.11 3.12 3.13
INSTALL := $(PIP) install $(if $(CONSTRAINTS),--constraint $(CONSTRAINTS))

.DEFAULT_GOAL := help
.PHONY: help demo test test-all test-pythons bench bench-all docs lint venv clean
.DELETE_ON_ERROR:

help:
	@echo "make demo      count the regions of a network trained on real data, and draw them"
	@echo "make test      the tests, without the slow ones"
	@echo "make test-all  all tests, with new random examples"
	@echo "make test-pythons  the tests with each of Python $(PYTHONS) that is there, each in an environment of its own"
	@echo "make bench     this library against others, about eight minutes; rewrites the data of docs/benchmarks.md"
	@echo "make bench-all what is not on that page too: cells, hulls of pooling and of fans by other systems"
	@echo "make docs      the documentation, every example executed, into docs/_build"
	@echo "make lint      ruff, mypy --strict, and the contract of imports"
	@echo "make venv      only .venv, with the library and the command tropical in it"
	@echo "make clean     remove caches and what was built; .venv stays"
	@echo
	@echo "PYTHON=python3.12 names the Python (3.11 or newer) that .venv is made from."
	@echo "WORKERS=2 sets the number of test processes."
	@echo "CONSTRAINTS=.ci/constraints.txt installs the versions of libraries that were tested."

demo: $(STAMPS)/onnx,plot
	@$(BIN)/python examples/demo.py

# Many tests start processes, which read what others have compiled.
test test-all: export PYTHONDONTWRITEBYTECODE =

test: $(STAMPS)/test $(STAMPS)/browser
	@$(BIN)/python -m pytest -n $(WORKERS)

test-all: $(STAMPS)/test $(STAMPS)/browser
	@$(BIN)/python -m pytest -n $(WORKERS) -m "" --hypothesis-profile search

test-pythons:
	@for version in $(PYTHONS); do \
		if python$$version --version >/dev/null 2>&1; then \
			echo "Python $$version"; $(MAKE) test PYTHON=python$$version VENV=.venv-$$version || exit 1; \
		else echo "Python $$version is not there"; fi; \
	done

# One process after the other, so that none disturbs another; the page docs/benchmarks.md shows what is written.
# bench_*.py is read only here.
bench-all: bench
	@$(BIN)/python -m pytest -s -m "" -o python_files="bench_*.py" tests/benchmarks

bench: $(STAMPS)/test $(STAMPS)/bench-hulls $(PEERS)/stamp
	@$(BIN)/python tests/benchmarks/fans.py docs/data/fans.json
	@$(BIN)/python tests/benchmarks/questions.py docs/data/questions.json
	@$(PEERS)/bin/python tests/benchmarks/compare.py docs/data/benchmarks.json
	@$(PEERS)/bin/python tests/benchmarks/curves.py docs/data/curves.json

# -E: nothing is taken from an earlier build, whose warnings would not be seen again.
docs: $(STAMPS)/docs
	@$(BIN)/python -m sphinx -q -E -W --keep-going -b html docs docs/_build/html
	@echo "The documentation is in docs/_build/html/index.html"

lint: $(STAMPS)/lint
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

venv: $(STAMPS)/core

clean:
	rm -rf build dist docs/_build docs/api/generated docs/notebooks docs/jupyter_execute
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is named after the extras it stands for.
$(STAMPS)/core: pyproject.toml .ci/check-cdd.py $(STAMPS)/venv
	@echo "Installing the library into $(VENV)"
	@$(INSTALL) --editable .
	@$(BIN)/python .ci/check-cdd.py
	@touch $@

$(STAMPS)/%: $(STAMPS)/core
	@echo "Installing what is needed for: $*"
	@$(INSTALL) --editable ".[$*]"
	@touch $@

# Tried once; the tests that open a browser are skipped without one.
$(STAMPS)/browser: $(STAMPS)/venv
	@.ci/system-deps.sh --browser || true
	@touch $@

# What is measured has an environment of its own: other programs ask for other versions of libraries.
$(PEERS)/stamp: pyproject.toml $(STAMPS)/venv
	@echo "Installing what is compared into $(PEERS)"
	@test -x $(PEERS)/bin/python || $(BIN)/python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip --disable-pip-version-check --no-input --quiet install --editable ".[bench]"
	@touch $@

$(STAMPS)/venv: .ci/system-deps.sh
	@.ci/system-deps.sh $(PYTHON)
	@test -x $(BIN)/python || { echo "Making $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@mkdir -p $(STAMPS)
	@touch $@
