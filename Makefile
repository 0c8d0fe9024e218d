# make run     create the environment, get the model, start the gateway, print its URL
# make test    install what the tests need (system packages included) and run them
# make check   ruff, mypy, import-linter, the layout test
# make bench   every benchmark; make bench-NAME [DATA=dir] [OUT=file] [BACKEND=…] [QUICK=1] for one
# make fmt     format the code

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt
APT_PACKAGES := chromium fonts-dejavu-core libatomic1 libgomp1
BENCHES := call live doors codecs abr perception devibench backends capacity soak

.PHONY: run test check bench fmt clean lock $(addprefix bench-,$(BENCHES))

run: .venv/run.stamp
	@[ -e .venv/models.stamp ] || { $(BIN)/articgw models fetch && touch .venv/models.stamp; } \
	  || echo "Going on without the object detector; the next start tries again."
	@exec $(BIN)/articgw serve $(ARGS)

test: .venv/test.stamp
	$(BIN)/pytest $(ARGS)

check: .venv/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/test_layout.py

bench: $(addprefix bench-,$(BENCHES))

$(addprefix bench-,$(BENCHES)): bench-%: .venv/test.stamp
	$(BIN)/python -m tests.bench.$* $(if $(DATA),--data $(DATA)) $(if $(OUT),--out $(OUT)) \
	  $(if $(BACKEND),--backend $(BACKEND)) $(if $(QUICK),--quick) \
	  $(if $(filter backends,$*),$(if $(VLLM_PYTHON),--vllm_python $(VLLM_PYTHON)))

fmt: .venv/dev.stamp
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The pins of constraints.txt, anew, from the newest versions that pyproject.toml allows.
lock:
	rm -rf .venv && $(PYTHON) -m venv .venv && $(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --editable '.[detect,bench,ray]' --group dev
	$(BIN)/pip freeze --all --exclude-editable --exclude articgw --exclude setuptools >constraints.txt

.venv/bin/python:
	@echo "Creating the environment; the first time takes a minute or two."
	@$(PYTHON) -m venv .venv || { echo "python3 with venv is needed (Debian: apt-get install python3-venv)"; exit 1; }

.venv/run.stamp: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --editable '.[detect]'
	@touch $@

.venv/dev.stamp: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --upgrade pip
	$(PIP) --editable '.[detect,bench,ray]' --group dev
	@touch $@ .venv/run.stamp

.venv/test.stamp: .venv/dev.stamp tests/foreign/package-lock.json
	@if command -v dpkg >/dev/null; then \
	  dpkg -s $(APT_PACKAGES) >/dev/null 2>&1 || { \
	    sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	    $$sudo apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $(APT_PACKAGES) >/dev/null; }; \
	else \
	  command -v chromium >/dev/null || { echo "install chromium: the tests call from a real browser"; exit 1; }; \
	fi
	$(BIN)/articgw models fetch
	$(BIN)/python -m tests.helpers.foreign_packages
	@touch $@ .venv/models.stamp

clean:
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache tests/bench/out
