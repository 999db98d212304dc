# Every target does the set-up it needs, once. `make run` and `make test` are all that a newcomer has to know.
.PHONY: help run chat train check test test-unit test-web test-growth picture timings widget evaluate talks peers tune check-deploy capacity answers report bench soak lock dependencies sbom audit reproducible release-check clean
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON := .venv/bin/python
MODEL := models/guide.tar.gz
WIDGET := widget/dist/manifest.json
RUNTIME := .venv/installed
DEV := .venv/installed-dev
PACKAGE := $(shell find packages -name '*.py' -o -name pyproject.toml)
LEARNT := config.yml domain.yml data/rules.yml $(wildcard data/nlu/*.yml data/answers/*.yml) \
  data/findings.jsonl data/talks.jsonl $(wildcard guide/nlu/*.py guide/nlu/weights/* guide/dialogue/*.py) \
  $(wildcard guide/importer.py guide/language/*.py guide/language/*.yml)
export PYTHONWARNINGS := ignore
export SQLALCHEMY_SILENCE_UBER_WARNING := 1

help:  ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' $(MAKEFILE_LIST) | column -t -s @

run: $(MODEL) $(WIDGET)  ## start the guide on this machine and print its address
	@$(PYTHON) scripts/serve.py run

chat: $(MODEL)  ## talk to the guide in this terminal
	@$(PYTHON) scripts/serve.py chat

train: $(MODEL)  ## train the model, if what it learns from has changed

check: $(MODEL) $(DEV) .venv/no-near-copies  ## style, types, unsafe code, secrets, and whether the data fits together
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/bandit -q -ll -c pyproject.toml -r guide actions scripts packages
	scripts/secrets
	$(PYTHON) scripts/validate.py
	$(PYTHON) scripts/review_dates.py

test: check $(WIDGET)  ## everything; of the browser tests those of the staging, safety and network
	$(PYTHON) -m pytest -n 3  # some tests wait for processes that start
	$(PYTHON) scripts/web_tests.py staging safety network

test-unit: $(DEV)  ## the quick tests alone
	$(PYTHON) -m pytest -n 2 tests/unit

test-web: $(MODEL) $(WIDGET)  ## all browser tests of the widget, on the running guide: three minutes
	$(PYTHON) scripts/web_tests.py

test-growth: $(MODEL) $(WIDGET) $(DEV)  ## nginx, several processes, PostgreSQL, Redis: kill, add, restart (two minutes)
	$(PYTHON) -m pytest tests/deploy

check-deploy: .venv-deploy/installed  ## check deploy/: Dockerfile, Compose, nginx, Kubernetes
	@scripts/check-deploy

release-check:  ## all gates of a release, one after another, on a machine that does nothing else: half an hour
	$(MAKE) test
	$(MAKE) test-web
	$(MAKE) test-growth
	$(MAKE) check-deploy
	$(MAKE) reproducible
	$(MAKE) sbom
	@if [ -e bench/results/latest.json ]; then $(PYTHON) -m bench.compare; else echo "No speed was measured to compare."; fi

picture: $(MODEL) $(WIDGET)  ## make the picture of README.md anew
	GUIDE_PICTURE=$(CURDIR)/docs/guide.png $(PYTHON) scripts/web_tests.py picture

timings: $(MODEL) $(WIDGET)  ## measure how long a slow phone waits for the widget
	GUIDE_TIMINGS=1 $(PYTHON) scripts/web_tests.py timings

widget: $(WIDGET)  ## build the website widget

evaluate: $(MODEL) $(DEV) .run/cross-validation.json  ## measure understanding; make evaluate ROWS=my.jsonl for other rows
	@$(PYTHON) evaluation/evaluate.py $(or $(ROWS),evaluation/dev.jsonl)

talks: $(MODEL) $(DEV)  ## play whole talks with the guide and count the replies that fit; make talks TALKS=my.jsonl for others
	@$(PYTHON) evaluation/talks.py $(or $(TALKS),evaluation/talks/fresh.jsonl)

peers: .venv-peers/installed  ## train stock pipelines on the same examples (most of an hour), for `make evaluate` to show beside
	@.venv-peers/bin/python evaluation/peers.py $(or $(ROWS),evaluation/dev.jsonl)

tune: .venv-tune/installed  ## tune the sentence encoder anew (half an hour to five, by the processor)
	@.venv-tune/bin/python tuning/tune.py

answers: $(DEV)  ## write all answers as one HTML page for a clinician to review
	@$(PYTHON) scripts/answers_page.py

report: $(RUNTIME)  ## write what people ask, and what has no answer, as an HTML page for the editor
	@$(PYTHON) scripts/report.py

bench: $(MODEL) $(DEV) .venv-peers/installed  ## measure the guide beside the bot of `rasa init` (bench/README.md)
	@$(PYTHON) -W ignore -m bench.side_by_side

soak: $(MODEL) $(DEV) $(WIDGET)  ## twenty minutes of mixed load: no error, memory flat; make soak MINUTES=2 for a trial
	@$(PYTHON) -W ignore -m bench.soak

capacity: $(MODEL) $(WIDGET) $(DEV)  ## measure what one and two processes carry, into docs/scaling.md (five minutes)
	@$(PYTHON) -m bench.capacity

lock: $(DEV)  ## resolve what is needed into the lock files
	.venv/bin/uv pip compile pyproject.toml $(LOCK) -o requirements.txt
	.venv/bin/uv pip compile pyproject.toml --extra dev -c requirements.txt $(LOCK) -o requirements-dev.txt
	.venv/bin/uv pip compile --no-config tuning/requirements.in $(LOCK) -o tuning/requirements.txt
	.venv/bin/uv pip compile evaluation/requirements-peers.in $(LOCK) -o evaluation/requirements-peers.txt
	.venv/bin/uv pip compile --no-config deploy/requirements.in $(LOCK) -o deploy/requirements.txt
	.venv/bin/uv pip compile scripts/requirements-audit.in $(LOCK) -o scripts/requirements-audit.txt

dependencies: $(DEV) widget/node_modules/.installed  ## write docs/dependencies.md anew from the lock files
	@$(PYTHON) scripts/dependencies.py

sbom: .venv-audit/installed  ## write what the guide and its widget are made of (CycloneDX) to .run/sbom/
	@mkdir -p .run/sbom
	@.venv-audit/bin/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible \
	  --of JSON -o .run/sbom/guide.json
	@cd widget && npm sbom --package-lock-only --omit dev --sbom-format cyclonedx >../.run/sbom/widget.json
	@echo ".run/sbom/guide.json and .run/sbom/widget.json are written."

audit: .venv-audit/installed  ## ask the package indexes for known holes in what is locked
	.venv-audit/bin/pip-audit --requirement requirements.txt --no-deps --disable-pip
	cd widget && npm audit --package-lock-only

reproducible: $(DEV)  ## train twice and say in what the two models differ: four minutes
	@$(PYTHON) scripts/reproducible.py

LOCK := --quiet --upgrade --python-version 3.11 --python-platform x86_64-manylinux_2_28 --generate-hashes \
  --no-emit-index-url --no-annotate --no-header

clean:  ## remove everything that make made
	rm -rf .venv .venv-audit .venv-deploy .venv-peers .venv-tune .run .rasa models widget/dist widget/node_modules

$(MODEL): $(LEARNT) | $(RUNTIME)
	@echo "Training the model: two to four minutes ..."
	@PYTHONHASHSEED=0 $(PYTHON) -m rasa train --force --quiet --skip-validation --fixed-model-name guide --out models/new >.venv/train.log 2>&1 \
	  || { tail -n 20 .venv/train.log; echo "Training failed."; exit 1; }
	@mv models/new/guide.tar.gz $@  # at once: a training that fails or is killed leaves the model as it was

$(RUNTIME): requirements.txt scripts/set-up $(PACKAGE)
	@scripts/set-up requirements.txt
	@touch $@

$(WIDGET): widget/build.mjs widget/tsconfig.json $(wildcard widget/src/*) widget/node_modules/.installed
	@cd widget && npm run --silent build

widget/node_modules/.installed: widget/package-lock.json
	@echo "Installing the packages of widget/package-lock.json ..."
	@cd widget && npm ci --silent
	@touch $@

.venv-tune/installed: tuning/requirements.txt
	python3.11 -m venv .venv-tune
	.venv-tune/bin/pip install --disable-pip-version-check --quiet --no-deps --require-hashes -r $<
	@touch $@

.venv-audit/installed: scripts/requirements-audit.txt
	python3.11 -m venv .venv-audit
	.venv-audit/bin/pip install --disable-pip-version-check --quiet --no-deps --require-hashes -r $<
	@touch $@

.venv-deploy/installed: deploy/requirements.txt
	python3.11 -m venv .venv-deploy
	.venv-deploy/bin/pip install --disable-pip-version-check --quiet --no-deps --require-hashes -r $<
	@touch $@

.venv-peers/installed: scripts/peer-env requirements.txt evaluation/requirements-peers.txt
	@scripts/peer-env
	@touch $@

.run/cross-validation.json: $(wildcard data/nlu/*.yml guide/nlu/weights/*) evaluation/cross_validation.py | $(MODEL) $(DEV)
	@echo "Cross-validation, while the examples stay as they are once: some minutes ..."
	@$(PYTHON) evaluation/cross_validation.py

.venv/no-near-copies: $(wildcard data/nlu/*.yml) scripts/near_copies.py | $(MODEL) $(DEV)
	$(PYTHON) scripts/near_copies.py
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	@scripts/set-up requirements-dev.txt
	@touch $@
