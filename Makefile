# Needs Python >= 3.11, git and make. Everything else goes into .venv, at the versions of constraints.txt.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SECONDS ?= 45
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test lint fuzz bench format constraints clean

demo: $(VENV)/tool  ## validate this QMS, count its coverage; sign a copy, verify it, build its handbook and release PDFs
	mkdir -p build
	$(BIN)/qmsdoc validate
	$(BIN)/qmsdoc coverage "ISO 13485" --drafts --gaps --fail-under 100
	$(BIN)/python scripts/sign_example.py build/example >build/example.txt
	rm -rf build/release
	read day anchor <build/example.txt && export QMSDOC_ANCHOR=$$anchor && example="--root build/example --today $$day" && \
	$(BIN)/qmsdoc $$example verify && \
	$(BIN)/qmsdoc $$example build --output build/site && \
	$(BIN)/qmsdoc $$example release build demo --output build/release
	@echo "handbook: build/site/index.html   PDFs: build/release/   (an example, signed with throwaway keys)"

test: $(VENV)/dev  ## the whole test suite, in parallel, and which of it covers which function of the tool
	mkdir -p build
	$(BIN)/python -m pytest --junitxml=build/tests.xml
	$(BIN)/python scripts/validation_evidence.py build/tests.xml --output build/validation-evidence.md

lint: $(VENV)/dev  ## style, types, import contract
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

fuzz: $(VENV)/dev  ## hostile input up to 5 MiB: at most 5 s and 512 MiB each; `make fuzz SECONDS=600 SEED=7` for more
	$(BIN)/python benchmarks/fuzz/run.py --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

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
