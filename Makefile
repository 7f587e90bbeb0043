# Everything a developer types. `make` alone lists it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO := examples/the-lighthouse-clock.epub
WORKERS ?= 2
PARITY := $(addprefix tests/qwen/test_,$(addsuffix .py,parity encoders cloning making voices tokenizer control_tokens \
	generation_settings sampling weights))
# The tests start hundreds of processes: without bytecode each would compile all of narrate anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test thorough browser quick parity-5 lint types format clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/' | expand -t 16

demo: $(VENV)/base ## set everything up and make the example audiobook in projects/demo/out/
	$(BIN)/narrate $(DEMO) --project projects/demo

test: $(VENV)/dev ## install everything, then format, lint, types and all tests but those of the next two targets (the proof page's need chromium)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy & types=$$!; $(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not browser and not thorough"; \
	tests=$$?; wait $$types && exit $$tests

thorough: $(VENV)/dev ## what `make test` holds by one of each kind, for all of them, and properties by four times the examples
	$(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder -m "thorough or hypothesis" \
		--hypothesis-profile thorough

browser: $(VENV)/dev ## the studio driven in chromium, its pictures made anew in docs/studio
	$(BIN)/pytest --numprocesses 0 -m browser tests/test_studio_pages.py tests/test_studio_ways.py tests/test_studio_voices_pages.py

quick: $(VENV)/dev ## the tests for every save, in a minute: what needs no engine, no ffmpeg and no other process
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal -m "not slow and not thorough" --ignore tests/qwen

parity-5: $(VENV)-5/dev ## the engine's codes, voices and sound against qwen-tts on transformers 5, in an environment of its own
	$(VENV)-5/bin/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(PARITY)

lint: $(VENV)/dev ## ruff, mending what it can
	$(BIN)/ruff check --fix .

format: $(VENV)/dev ## ruff's formatter
	$(BIN)/ruff format .

types: $(VENV)/dev ## mypy, strict
	$(BIN)/mypy

clean: ## remove the virtual environment, caches and everything that was rendered
	rm -rf $(VENV) $(VENV)-5 .mypy_cache .pytest_cache .ruff_cache .hypothesis dist build projects/*/takes projects/*/out

$(VENV)/base: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

# The tests of the Qwen engine run on the CPU, on tiny checkpoints they make themselves.
# What is imported is compiled then; all of torch, transformers and Ray would take half a minute.
$(VENV)/dev: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --no-compile --editable ".[qwen]" --group dev
	$(BIN)/python -m pip install --quiet --no-deps Resemblyzer==0.1.4  # its weights alone are used
	@touch $@ $(VENV)/base

# The suite's own environment has transformers 4.57.3, and one cannot have both.
$(VENV)-5/dev: pyproject.toml
	$(PYTHON) -m venv $(VENV)-5
	$(VENV)-5/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(VENV)-5/bin/python -m pip install --quiet --no-compile --editable ".[qwen]" --group tests --group parity-5
	@touch $@
