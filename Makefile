# Needs Python >= 3.11, git and make. Everything else goes into .venv, at the versions of constraints.txt.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test lint bench format constraints clean

demo: $(VENV)/tool  ## validate this repository's QMS, count its coverage, build its handbook, make its release PDFs
	$(BIN)/qmsdoc validate
	$(BIN)/qmsdoc coverage "ISO 13485" --drafts --gaps --fail-under 100
	$(BIN)/qmsdoc build --drafts --output build/site
	rm -rf build/release
	$(BIN)/qmsdoc release build demo --drafts --output build/release
	@echo "handbook: build/site/index.html   PDFs: build/release/"

test: $(VENV)/dev  ## the whole test suite, in parallel
	$(BIN)/python -m pytest

lint: $(VENV)/dev  ## style, types, import contract
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/dev  ## ratios to floors and other tools, in one run
	$(BIN)/python benchmarks/run.py --size 10000

format: $(VENV)/dev
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

# Fix every version for make; only names and versions, so it holds with any package index.
constraints:
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade pip
	$(PIP) install --editable '.[all]' --group dev
	$(BIN)/python -m pip freeze --exclude-editable --all | grep -v ' @ ' > constraints.txt

$(VENV)/pip: constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint constraints.txt --upgrade pip
	@touch $@

$(VENV)/tool: $(VENV)/pip pyproject.toml
	$(PIP) install --constraint constraints.txt --editable '.[all]'
	@touch $@

$(VENV)/dev: $(VENV)/tool
	$(PIP) install --constraint constraints.txt --group dev
	@touch $@

clean:
	rm -rf build $(VENV) .mypy_cache .pytest_cache .ruff_cache
