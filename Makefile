# HereTask. `make help` says what there is; `make demo` and `make test` need Python 3.11+, make and the package registries.
PYTHON ?= python3
BIN := .venv/bin
export HERETASK_HOME ?= $(CURDIR)/.heretask
CATALOGUES := $(wildcard heretask/locale/*/LC_MESSAGES/django.po)
.DEFAULT_GOAL := help
.PHONY: help demo test coverage check bench browsers chaos tamper fix clean

help: ## what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

demo: .venv/base $(CATALOGUES:.po=.mo) ## a whole HereTask with invented people: https://localhost:8443
	@exec $(BIN)/heretask demo

test: .venv/dev $(CATALOGUES:.po=.mo) ## every test, the browser's included
	@$(BIN)/python ops/browser.py
	@$(BIN)/python ops/softhsm.py
	@$(BIN)/python ops/clamd.py
	@$(BIN)/python ops/sshd.py
	$(BIN)/python -m pytest -n 2 $(TESTS)

coverage: .venv/dev $(CATALOGUES:.po=.mo) ## the tests, with the branches that none of them takes
	@$(BIN)/python ops/browser.py
	@$(BIN)/python ops/softhsm.py
	@$(BIN)/python ops/clamd.py
	@$(BIN)/python ops/sshd.py
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term-missing:skip-covered $(TESTS)

check: .venv/dev $(CATALOGUES:.po=.mo) ## lint, types, import law, translations, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --lint --quiet heretask/templates
	$(BIN)/mypy heretask ops tests
	$(BIN)/lint-imports
	$(BIN)/python ops/translations.py --check
	HERETASK_ROLE=operator DJANGO_SETTINGS_MODULE=heretask.config.settings $(BIN)/python -W ignore -m django makemigrations --check --dry-run
	$(BIN)/pip check

bench: .venv/dev $(CATALOGUES:.po=.mo) ## the figures of docs/performance.md, as ratios
	$(BIN)/python -m tests.bench

browsers: .venv/dev $(CATALOGUES:.po=.mo) ## the walk in Chromium, Firefox and WebKit, at a desk and on a phone: .heretask/browsers.json, for a release
	@$(BIN)/python ops/browser.py
	$(BIN)/python -m tests.browsers $(HERETASK_HOME)/browsers.json

chaos: .venv/dev $(CATALOGUES:.po=.mo) ## kill the sealer and the database under load, and look for what is lost
	$(BIN)/python -m tests.chaos $(ARGS)

tamper: .venv/dev $(CATALOGUES:.po=.mo) ## change extracts of the log in twelve ways: is every change found, and no untouched one accused?
	$(BIN)/python -m tests.adversarial.tampering $(TAMPER)

fix: .venv/dev ## format, and mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python ops/translations.py --update

clean: ## remove environment, demo data and test databases
	-[ ! -x $(BIN)/python ] || $(BIN)/python ops/clean.py
	rm -rf .venv .heretask .mypy_cache .ruff_cache .import_linter_cache htmlcov .coverage*

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "HereTask needs Python 3.11 or newer; name it with PYTHON=…")'
	@echo 'Preparing the environment (about a minute, once) …'
	@$(PYTHON) -m venv .venv

.venv/base: requirements/base.txt pyproject.toml | .venv/bin/python
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/dev: requirements/dev.txt .venv/base
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

%.mo: %.po
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@
