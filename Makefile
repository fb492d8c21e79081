# `make run` and `make test` set up all they need; the other targets are for those who work on it.
.DEFAULT_GOAL := help
SHELL := /bin/sh
BIN := .venv/bin

.PHONY: help setup run test check format talk train bench interop lock clean

help: ## show these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: ## make .venv, install the pinned libraries, train what changed
	@sh deploy/setup.sh

run: setup ## serve in demo mode: phone simulator, made-up citizens, everything on this machine
	@exec $(BIN)/urtuu serve --demo

test: setup ## run the test suite (SQLite and PostgreSQL, both started by the suite)
	@$(BIN)/python -m pytest -q

check: setup ## ruff, mypy --strict, the catalogue
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/urtuu check

format: setup ## let ruff format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

talk: setup ## talk to the assistant in this terminal
	@exec $(BIN)/urtuu talk

train: setup ## train the acts of the dialogue anew
	@$(BIN)/urtuu train --force

bench: setup ## print every benchmark as ratios
	@$(BIN)/urtuu bench turn
	@$(BIN)/urtuu bench catalogue --cases tests/cases/language/heldout3.tsv
	@$(BIN)/urtuu bench scale

interop: setup ## run the doors against programs that others wrote (npm, Debian and PyPI packages)
	@sh interop/setup.sh
	@$(BIN)/python -m interop.segments
	@$(BIN)/python -m interop

lock: setup ## write requirements.lock anew from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --no-emit-index-url \
	  --no-header --no-annotate --python-version 3.11 --quiet -o requirements.lock

clean: ## remove what setup, training and running made
	rm -rf .venv models var
