# `make` alone prints what there is. Everything works in a fresh clone, as an ordinary user, with Python 3.11 or newer.

# The first that can make an environment. Debian's own comes first: it is built for speed, unlike most built at home.
PYTHON ?= $(shell for each in /usr/bin/python3.11 python3.11 python3; do \
	$$each -c 'import venv, ensurepip' 2>/dev/null && command -v $$each && exit; done; command -v python3.11 || command -v python3)
VENV   ?= .venv
BIN    := $(VENV)/bin
UV     := uv==0.13.8
# More processes than cores: a test also waits for its database, its browser or its office.
WORKERS ?= 3
TESTS  ?=

# A stamp carries the sum of the requirements it was made from, so an unchanged file never installs again.
sum     = $(shell sha256sum $(1) 2>/dev/null | cut -c1-16)
RUNTIME := $(VENV)/.installed-runtime-$(call sum,requirements.txt)
DEVELOP := $(VENV)/.installed-develop-$(call sum,requirements-dev.txt)

# Whoever sets this has every process compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

# Without a path: what needs no database, and the base that all packages rest on.
FAST := not browser and not slow$(if $(TESTS),, and not rooms)
SUITE := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(TESTS)

.DEFAULT_GOAL := help
.PHONY: help run catalogues test test-fast test-sqlite test-postgresql lint check bench lock translations theme clean

help: ## print this list
	@echo "make run        start the office on this machine: http://127.0.0.1:8000 (HOST, PORT, DATA_DIR, DATABASE_URL, REDIS_URL)"
	@echo "make test       the whole test suite: on SQLite, then whatever meets a database again on PostgreSQL"
	@echo "make test-fast  rules and base on SQLite, without the browser and the slow tests (TESTS=path: all of that part)"
	@echo "make check      what CI runs: style, types, floors, then make test"
	@echo "make bench      measure, and print the figures with the machine's core count"
	@echo "make lock       write requirements*.txt anew from requirements*.in"
	@echo "make translations  collect the program's sentences into the catalogues of vouchers/translations"
	@echo "make theme      compile the style sheet (needs Node.js)"
	@echo "make clean      remove caches and .venv; data in var/ stays"

run: $(RUNTIME) catalogues
	@$(BIN)/python office.py

# The catalogues as the program reads them, where they are older than their texts.
catalogues: | $(BIN)/python
	@$(BIN)/python scripts/make_catalogues.py --compile

test: test-sqlite test-postgresql

test-sqlite: $(DEVELOP) catalogues
	TEST_DATABASE=sqlite $(SUITE)

test-postgresql: $(DEVELOP) catalogues
	TEST_DATABASE=postgresql $(SUITE)

test-fast: $(DEVELOP) catalogues
	TEST_DATABASE=sqlite $(SUITE) -m "$(FAST)"

lint: $(DEVELOP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

bench: $(DEVELOP) catalogues
	$(BIN)/python -m bench

lock: $(DEVELOP)
	$(BIN)/python -m pip install --quiet $(UV)
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 requirements-dev.in -o requirements-dev.txt

translations: $(DEVELOP)
	@$(BIN)/python scripts/make_catalogues.py

theme:
	@command -v npm >/dev/null || { echo "The theme needs Node.js and npm (Debian: apt-get install nodejs npm)."; exit 1; }
	cd theme && npm install --no-package-lock --no-audit --no-fund && npm run build

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './node_modules/*' -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed (Debian: apt-get install python3 python3-venv)."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; $(PYTHON) is older. Give another one with make PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Python's venv module is missing (Debian: apt-get install $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'))."; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): | $(BIN)/python
	@echo "Installing the pinned packages (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@rm -f $(VENV)/.installed-runtime-*
	@touch $@

$(DEVELOP): | $(BIN)/python
	@echo "Installing the pinned packages for tests and checks (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@rm -f $(VENV)/.installed-develop-*
	@touch $@
