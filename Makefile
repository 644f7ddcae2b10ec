# Two commands do everything on a fresh machine: `make serve` and `make test`.
PORT ?= 8000
DATA ?= data
BIN := .venv/bin
RUNTIME := .venv/.runtime
DEV := .venv/.dev

.PHONY: serve setup test check format lint bench lock clean

serve: $(RUNTIME)  ## Set up, and serve on http://127.0.0.1:$(PORT); DATA= is the folder of the database.
	$(BIN)/stockade serve --port $(PORT) --data $(DATA)

setup: $(RUNTIME)  ## Only the environment: .venv/bin/stockade works afterwards.

test: $(DEV) lint  ## Set up, and pass every test. Needs root: the tests hold real programs in real boxes.
	tools/toolchains
	$(BIN)/pytest -n 2 tests/unit tests/architecture
	$(BIN)/pytest tests/contract tests/languages
	$(BIN)/pytest tests/hostile
	$(BIN)/pytest tests/e2e

check: $(DEV) lint  ## The fast part of it: format, lint, types, import contracts, fast tests.
	$(BIN)/pytest -n 2 -m "not slow" tests/unit tests/architecture

lint: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(DEV)  ## Put everything into its usual form.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEV)  ## How fast it is here, beside running the same programs bare.
	$(BIN)/python -m benchmarks

lock: $(DEV)  ## Renew the locks from pyproject.toml.
	tools/lock

clean:
	rm -rf .venv .uv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(RUNTIME): requirements/runtime.lock pyproject.toml
	tools/setup runtime
	touch $@

$(DEV): requirements/dev.lock pyproject.toml
	tools/setup dev
	touch $@ $(RUNTIME)
