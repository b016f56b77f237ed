# One command for everything. Nothing is written outside this directory.
# PYTHON chooses the interpreter (3.11 or newer); by default the newest one that really runs.
# ENV chooses the environment of the demo: dev, staging or prod.
PYTHON ?= $(shell tools/find-python)
ENV ?= dev
VENV ?= .venv
PORT ?= 5566

BIN := $(VENV)/bin
# Tools keep their caches in the clone instead of the home directory.
CACHE := $(CURDIR)/.cache
export PATH := $(CURDIR)/$(BIN):$(PATH)
export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg
export ANSIBLE_HOME := $(CACHE)/ansible
export ANSIBLE_REMOTE_TMP := $(CACHE)/ansible/tmp
export XDG_CACHE_HOME := $(CACHE)
export PIP_CACHE_DIR := $(CACHE)/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport AWS_PROFILE
# Setup compiles nothing, so Python has to keep what it compiles: without that every start takes seconds longer.
unexport PYTHONDONTWRITEBYTECODE

help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(VENV)/.ready ## Make .venv from the pinned requirements

# Compiling all 20,000 files would take longer than everything else; Python compiles those that are used.
$(VENV)/.ready: requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found. Set PYTHON=/path/to/python3."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-compile --requirement requirements.txt
	@touch $@

demo: setup ## Build a whole environment on the embedded emulator and show it (ENV=prod for production)
	$(BIN)/python tools/demo.py $(ENV)

demo-stop: ## Stop the emulator the demo left running
	$(BIN)/python tools/demo.py --stop

emulator: setup ## Run the embedded emulator on PORT
	$(BIN)/python -m emulator --port $(PORT)

test: setup ## Run every check and test, on both interpreters where both exist
	tools/test

lint: setup ## Run the linters and the documentation checks
	tools/lint

unit: setup ## Run unit and contract tests, and the emulator's own
	$(BIN)/pytest -q

molecule: setup ## Run the molecule scenarios
	$(BIN)/python tools/molecule.py

test-long: setup ## Run the long walks: every environment, every field, every interruption
	tools/test-long

audit: setup ## Scan production, converged on an emulator, with an independent scanner, and say what it finds
	$(BIN)/python tools/audit.py

ENVIRONMENT ?= prod
ACCOUNT ?= 123456789012
policies: setup ## Write the least policies of IAM to run the playbooks of ENVIRONMENT with in ACCOUNT, out of what they need
	$(BIN)/python tools/policies.py --environment $(ENVIRONMENT) --account $(ACCOUNT)

bench: setup ## Measure module calls with and without the warm connection, and the platform beside Terraform
	tools/bench

clean: ## Remove what setup and the tests made
	rm -rf .venv .venv-* .cache .ansible artifacts

.PHONY: help setup demo demo-stop emulator test lint unit molecule test-long audit policies bench clean
