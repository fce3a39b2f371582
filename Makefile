# GNU Make and Python 3.11 or newer are all that has to be there. PYTHON chooses the interpreter:
#   make run PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The packages of requirements-local.txt are meant to miss their dependencies.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-warn-conflicts
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock"
APT := -o Acquire::Retries=1 -o Acquire::http::Timeout=10
UV := uv==0.13.8

.DEFAULT_GOAL := run
.PHONY: run test check bench lock clean chromium

run: $(VENV)/run-ready
	@$(BIN)/python -m local run

test: $(VENV)/dev-ready chromium
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/dev-ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint templates

bench: $(VENV)/dev-ready
	$(BIN)/python -m bench $(ARGS)

lock: $(VENV)/made
	$(PIP) $(UV)
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) --constraint requirements.txt requirements-dev.in -o requirements-dev.txt
	$(LOCK) --no-deps requirements-local.in -o requirements-local.txt

# The data in var/ is somebody's work and stays.
clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Colloquy needs Python 3.11 or newer, and $(PYTHON) is not. Name another: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run-ready: $(VENV)/made requirements.txt requirements-local.txt
	@echo "Installing what Colloquy needs into $(VENV). This takes a minute or two, once."
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --require-hashes --no-deps -r requirements-local.txt
	@touch $@

$(VENV)/dev-ready: $(VENV)/run-ready requirements-dev.txt
	@echo "Installing what tests and linters need."
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

# Chromium without its windows takes a fifth of the processor. A whole one does as well.
chromium:
	@command -v chromium-headless-shell >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q $(APT) && DEBIAN_FRONTEND=noninteractive \
		apt-get install -qy --no-install-recommends $(APT) chromium-headless-shell && exit 0; \
	fi; \
	for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	echo "There is no Chromium here, which the journeys need. On Debian: sudo apt-get install chromium-headless-shell"
