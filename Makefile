# Every target does the set-up it needs, once. `make run` and `make test` are all that a newcomer has to know.
.PHONY: help run chat train check test test-unit evaluate answers measure lock clean
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON := .venv/bin/python
MODEL := models/guide.tar.gz
RUNTIME := .venv/installed
DEV := .venv/installed-dev
PACKAGE := $(shell find packages -name '*.py' -o -name pyproject.toml)
LEARNT := config.yml domain.yml data/rules.yml $(wildcard data/nlu/*.yml data/answers/*.yml) \
  $(wildcard guide/nlu/*.py guide/language/*.py guide/language/*.yml guide/dialogue/*.py)
export PYTHONWARNINGS := ignore
export SQLALCHEMY_SILENCE_UBER_WARNING := 1

help:  ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' $(MAKEFILE_LIST) | column -t -s @

run: $(MODEL)  ## start the guide on this machine and print its address
	@$(PYTHON) scripts/serve.py run

chat: $(MODEL)  ## talk to the guide in this terminal
	@$(PYTHON) scripts/serve.py chat

train: $(MODEL)  ## train the model, if what it learns from has changed

check: $(MODEL) $(DEV)  ## style, types, and whether the data fits together
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	$(PYTHON) scripts/validate.py
	$(PYTHON) scripts/review_dates.py

test: check  ## everything
	$(PYTHON) -m pytest

test-unit: $(DEV)  ## the quick tests alone
	$(PYTHON) -m pytest tests/unit

evaluate: $(MODEL)  ## measure understanding; make evaluate ROWS=my.jsonl for other rows
	$(PYTHON) evaluation/evaluate.py $(or $(ROWS),evaluation/dev.jsonl)

answers: $(DEV)  ## write all answers as one HTML page for a clinician to review
	@$(PYTHON) scripts/answers_page.py

measure: $(MODEL) $(DEV)  ## measure training, start, memory and the time of an answer on this machine
	@$(PYTHON) bench/measure.py

lock: $(DEV)  ## resolve pyproject.toml into the two lock files
	.venv/bin/uv pip compile pyproject.toml $(LOCK) -o requirements.txt
	.venv/bin/uv pip compile pyproject.toml --extra dev -c requirements.txt $(LOCK) -o requirements-dev.txt

LOCK := --quiet --upgrade --python-version 3.11 --python-platform x86_64-manylinux_2_28 --generate-hashes \
  --no-emit-index-url --no-annotate --no-header

clean:  ## remove everything that make made
	rm -rf .venv .run .rasa models

$(MODEL): $(LEARNT) | $(RUNTIME)
	@echo "Training the model: about a minute ..."
	@$(PYTHON) -m rasa train --quiet --skip-validation --fixed-model-name guide --out models >.venv/train.log 2>&1 \
	  || { tail -n 20 .venv/train.log; echo "Training failed."; exit 1; }
	@touch $@

$(RUNTIME): requirements.txt scripts/set-up $(PACKAGE)
	@scripts/set-up requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	@scripts/set-up requirements-dev.txt
	@touch $@
