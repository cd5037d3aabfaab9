# `make` alone lists the targets. Two matter: `make run` and `make test`.
#
# System packages, all of Debian: make, git; python3 (3.11 or later) and python3-venv for every target;
# chromium, fonts-liberation, libreoffice-calc, python3-uno and openjdk-17-jre-headless for `make test`; nodejs and npm for `make frontend` only.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
PYTEST_ARGS ?=
WORKERS ?= 2
BROWSERS := chromium chromium-browser google-chrome
BROWSER_PACKAGES := chromium fonts-liberation
OFFICE_PACKAGES := libreoffice-calc python3-uno
JAVA_PACKAGES := openjdk-17-jre-headless

.PHONY: help env env-dev python chromium office java spark run test test-deep lint types fix docs bench bench-env lock frontend clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

run: env ## Run the model on the LLR example, then serve the workspace (PORT=8000)
	@$(BIN)/leftshift run examples/llr-2014
	@$(BIN)/leftshift serve examples/llr-2014 examples/llr-2016 examples/northmoor examples/southmoor --port $(PORT)

test: chromium office java env-dev lint types ## Run every check and every test
	@browser="$$(for name in $(BROWSERS); do command -v $$name && break; done)"; \
	LEFTSHIFT_CHROMIUM="$$browser" $(BIN)/pytest -n $(WORKERS) --dist loadfile $(PYTEST_ARGS)

test-deep: export HYPOTHESIS_PROFILE := deep
test-deep: export LEFTSHIFT_DEEP := 1
test-deep: test ## The same with the long rounds

lint: env-dev ## Style, format and who imports whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

types: env-dev ## Types, strictly
	@$(BIN)/mypy

fix: env-dev ## Put right what the linter and the formatter can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: chromium env-dev ## Write docs/method, the guide's generated pages and the screenshots again
	@browser="$$(for name in $(BROWSERS); do command -v $$name && break; done)"; \
	LEFTSHIFT_WRITE_DOCS=1 LEFTSHIFT_CHROMIUM="$$browser" $(BIN)/pytest -q tests/examples tests/library/test_command_line.py tests/library/fund/test_commands.py tests/library/programme/test_commands.py tests/library/programme/boards/test_command.py tests/journeys tests/workspace/test_roles_page.py tests/workspace/test_api_document.py

bench: env ## Time reading, projecting, explaining, starting and pages under load, as ratios side by side
	@for part in reading projecting explaining starting recalculating records activity intervals process_control dashboard programme programme_page pages stratifying; do echo; echo "== $$part"; $(BIN)/python -m benchmarks.$$part; done

bench-env: env-dev ## Build .venv-bench for the benchmarks that need a package of another licence, or a compiler
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-bench
	@$(BIN)/uv pip install --quiet --python .venv-bench/bin/python --require-hashes -r requirements/bench.txt

env: $(VENV)/run.stamp ## Build .venv with what leftshift needs to run

env-dev: $(VENV)/dev.stamp ## Build .venv with what the tests need as well

# A stamp is newer than its lock: nothing to do. uv installs, in half of pip's time; where it does not run, or does not
# reach a registry (it reads no pip.conf), pip installs the same lock.
$(VENV)/run.stamp: requirements/run.txt requirements/uv.txt pyproject.toml | python
	@$(call install,run)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt requirements/uv.txt pyproject.toml | python
	@$(call install,dev)
	@touch $(VENV)/run.stamp $@

define install
	echo "Building $(VENV) from requirements/$(1).txt ..."; \
	[ -x $(BIN)/python ] && $(BIN)/python -c pass 2>/dev/null || $(PYTHON) -m venv --clear $(VENV); \
	export PIP_DISABLE_PIP_VERSION_CHECK=1 UV_PYTHON_DOWNLOADS=never; \
	with_pip="$(BIN)/python -m pip install --quiet"; with_uv="$(BIN)/uv pip install --quiet --python $(BIN)/python"; \
	{ $$with_pip --require-hashes -r requirements/uv.txt && $$with_uv --require-hashes -r requirements/$(1).txt; } || \
	{ echo "uv could not; pip installs instead."; $$with_pip --require-hashes -r requirements/$(1).txt; }; \
	$$with_pip --no-deps --no-build-isolation -e .
endef

python:
	@[ -n "$(PYTHON)" ] && "$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || \
	{ echo "leftshift needs Python 3.11 (3.12 and 3.13 should do). On Debian: apt-get install python3 python3-venv. Elsewhere: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || \
	{ echo "This Python cannot make a virtual environment. On Debian: apt-get install python3-venv" >&2; exit 1; }

chromium:
	@for name in $(BROWSERS); do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "The browser tests need Chromium; installing it."; \
	  apt-get -qq -o DPkg::Lock::Timeout=300 update; \
	  DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $(BROWSER_PACKAGES) >/dev/null; \
	else \
	  echo "The browser tests need Chromium. Install it, then run make test again. On Debian: apt-get install $(BROWSER_PACKAGES)" >&2; exit 1; \
	fi

office:
	@command -v soffice >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "The workbook tests need LibreOffice; installing it."; \
	  apt-get -qq -o DPkg::Lock::Timeout=300 update; \
	  DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $(OFFICE_PACKAGES) >/dev/null; \
	else \
	  echo "The workbook tests need LibreOffice. Install it, then run make test again. On Debian: apt-get install $(OFFICE_PACKAGES)" >&2; exit 1; \
	fi

java:
	@command -v java >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "The tests of Spark need Java; installing it."; \
	  apt-get -qq -o DPkg::Lock::Timeout=300 update; \
	  DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $(JAVA_PACKAGES) >/dev/null; \
	else \
	  echo "The tests of Spark need Java 17 or later. Install it, then run make test again. On Debian: apt-get install $(JAVA_PACKAGES)" >&2; exit 1; \
	fi

spark: env java ## Add Spark to .venv, for populations that outgrow a machine
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/spark.txt

lock: env-dev ## Renew the hashed locks in requirements/
	@export UV_CUSTOM_COMPILE_COMMAND="make lock"; \
	compile="$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url"; \
	$$compile --group pyproject.toml:installer --output-file requirements/uv.txt; \
	$$compile pyproject.toml --group pyproject.toml:build --output-file requirements/run.txt; \
	$$compile pyproject.toml --extra spark --constraint requirements/run.txt --output-file requirements/spark.txt; \
	$$compile --group pyproject.toml:bench --output-file requirements/bench.txt; \
	$$compile pyproject.toml --group pyproject.toml:dev --constraint requirements/run.txt --output-file requirements/dev.txt

frontend: ## Renew the vendored browser files (needs nodejs and npm)
	@command -v npm >/dev/null || { echo "make frontend needs npm. On Debian: apt-get install nodejs npm" >&2; exit 1; }
	@cd frontend && npm ci --ignore-scripts && npm run build

clean: ## Remove the environment and every cache; stored plans in var/ stay
	@rm -rf $(VENV) .venv-bench dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
