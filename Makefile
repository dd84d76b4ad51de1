# Two commands set up everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -q
DEMO   := reports/.demo-ledger.sqlite

.PHONY: demo test check audit example clean

demo: $(VENV)/installed
	@rm -f $(DEMO)
	$(BIN)/dpsynth run policies/rand_hie.yaml --out reports --ledger sqlite:///$(CURDIR)/$(DEMO) --throw-away-ledger

test: $(VENV)/developed
	$(BIN)/python tests/run.py

check: $(VENV)/developed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

audit: $(VENV)/installed
	$(BIN)/dpsynth audit

example: $(VENV)/installed
	@rm -f $(DEMO) && rm -rf reports/example build/example
	$(BIN)/dpsynth run policies/rand_hie.yaml --out build/example --ledger sqlite:///$(CURDIR)/$(DEMO) --throw-away-ledger
	cp -r build/example/rand-hie/latest/public reports/example
	$(BIN)/dpsynth verify reports/example; test $$? -eq 2

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/developed: $(VENV)/installed
	$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache
