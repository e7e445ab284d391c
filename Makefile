# make demo       install, then run the main job on the sample organisation
# make test       install, then every test that takes less than a quarter of an hour together
# make check      formatting, lint, types, architecture, generated docs
# make check-slow the long tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: install demo test check check-slow docs clean

install: $(VENV)/installed

$(VENV)/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Wellread needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	# PyTorch first and pinned, so that no other package pulls another build of it.
	$(BIN)/python -m pip install --quiet torch==2.13.0
	$(BIN)/python -m pip install --quiet --editable '.[tune,dev]'
	touch $@

demo: install
	$(BIN)/wellread demo

# A worker for each core, four at the most; the tests of one file stay together, so that what they share is made once.
test: install
	$(BIN)/python -m pytest -m 'not slow' --numprocesses auto --maxprocesses 4 --dist loadfile

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -m 'not slow' tests/architecture

check-slow: install
	$(BIN)/python -m pytest -m slow

docs: install
	$(BIN)/python tools/build_reference.py

clean:
	rm -rf $(VENV) demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
