# make run    the dashboard at http://localhost:8501
# make test   the whole test suite, browser journeys included
# make bench  ratios to what one would otherwise run, into benchmarks/results.json (on an idle machine)
# make lint   ruff (check and format), the layers of docs/ARCHITECTURE.md, and mypy
# make lock   requirements*.txt made anew from pyproject.toml

PYTHON ?= python3
PORT ?= 8501
VENV := .venv
# Windows puts the programs of a virtual environment elsewhere.
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: run test bench lint lock clean

run: $(VENV)/installed
	$(BIN)/python -m streamlit run dashboard/app.py --server.port $(PORT)

test: $(VENV)/installed-dev
	@$(BIN)/python -c "import sys; from tests.needs import chromium; sys.exit(chromium() is None)" \
		|| $(BIN)/python -m playwright install --with-deps chromium || $(BIN)/python -m playwright install chromium \
		|| echo "Chromium could not be fetched: the journeys in a browser will be skipped (Debian: apt-get install chromium)."
	$(BIN)/python -m pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder --durations 15 --durations-min 5 $(ARGS)

bench: $(VENV)/installed-dev
	$(BIN)/python -m benchmarks $(ARGS)

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/mypy

lock: $(VENV)/installed-dev
	$(PIP) uv
	$(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --upgrade --no-annotate \
		--custom-compile-command "make lock" pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --upgrade --no-annotate \
		--custom-compile-command "make lock" --group dev -c requirements.txt -o requirements-dev.txt

$(VENV)/bin-ready:
	@$(PYTHON) -c "import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else 'Genre Lab needs Python 3.11, 3.12 or 3.13; this is %d.%d. Choose one with: make PYTHON=python3.12' % v)"
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: requirements.txt requirements-ears.txt $(VENV)/bin-ready
	@echo "Installing Genre Lab (about 2 GB, a few minutes the first time) ..."
	$(PIP) -r requirements.txt
	$(PIP) --no-deps -r requirements-ears.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	$(PIP) -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
