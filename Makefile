# Two commands matter: `make run` and `make test`. Both work from a bare clone.
PYTHON ?= python3
VENV ?= .venv
BENCH_VENV ?= .venv-bench
BIN = $(VENV)/bin
# Bytecode is compiled when a module is first used: of what is installed, a server uses a small part.
INSTALL = $(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt
export OMP_NUM_THREADS ?= 2
# Where it is set, every start would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-slow check format docs bench bench-env ocr-deps constraints clean

run: $(VENV)/run.stamp
	$(BIN)/hanok up

test: $(VENV)/test.stamp
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

test-slow: $(VENV)/test.stamp
	$(BIN)/python -m pytest -m slow

check: $(VENV)/check.stamp
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/check.stamp
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(VENV)/docs.stamp
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# Those of pictures compare engines that hanok itself installs; the others have peers with an environment of their own.
bench: bench-env $(VENV)/test.stamp
	set -e; for name in faq startup server als als_scaling sgns topk fusion claims bandit arms rules walks network network_recut published gnn observers clusters weight_noise export peers; do $(BENCH_VENV)/bin/python -m benchmarks.$$name; done
	set -e; for name in readers cascade receipts names layout finetune records; do $(BIN)/python -m benchmarks.$$name; done

# What reading pictures wants of Debian, as root; without it, numbers are read by hanok's own reader.
ocr-deps:
	DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends tesseract-ocr tesseract-ocr-kor tesseract-ocr-jpn \
	  fonts-dseg fonts-lato fonts-liberation fonts-nanum fonts-noto-cjk fonts-open-sans fonts-roboto >/dev/null

bench-env: $(BENCH_VENV)/stamp $(BENCH_VENV)-libreco/stamp $(BENCH_VENV)-walks/stamp

constraints: $(VENV)/test.stamp $(VENV)/check.stamp $(VENV)/docs.stamp
	( echo "# Every version that make run, test, check and docs install; renewed by: make constraints"; \
	  $(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu$$//' ) > constraints.txt

clean:
	rm -rf $(VENV) $(BENCH_VENV) $(BENCH_VENV)-libreco $(BENCH_VENV)-walks build site .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "hanok needs Python 3.11 or newer; set PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing what running needs: about a minute, mostly download."
	$(INSTALL) --editable .
	@touch $@

$(VENV)/test.stamp: pyproject.toml constraints.txt tests/rooms/pyproject.toml | $(BIN)/python
	@echo "Installing what testing needs, torch and all extras: about two minutes, mostly download."
	$(INSTALL) --editable '.[all,test]' --editable tests/rooms
	@touch $@

$(VENV)/check.stamp: $(VENV)/test.stamp
	$(INSTALL) --editable '.[check]'
	@touch $@

$(VENV)/docs.stamp: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) --editable '.[docs]'
	@touch $@

# Peers that bring TensorFlow and torch have an environment of their own; benchmarks start them as processes.
$(BENCH_VENV)-libreco/stamp: benchmarks/requirements-libreco.txt
	$(PYTHON) -m venv $(BENCH_VENV)-libreco
	$(BENCH_VENV)-libreco/bin/python -m pip install --quiet --requirement benchmarks/requirements-libreco.txt
	@touch $@

# Peers that need an older NumPy, likewise.
$(BENCH_VENV)-walks/stamp: benchmarks/requirements-walks.txt
	$(PYTHON) -m venv $(BENCH_VENV)-walks
	$(BENCH_VENV)-walks/bin/python -m pip install --quiet --requirement benchmarks/requirements-walks.txt
	@touch $@

$(BENCH_VENV)/stamp: pyproject.toml constraints.txt benchmarks/requirements.txt
	$(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/python -m pip install --quiet --constraint constraints.txt --editable .
	$(BENCH_VENV)/bin/python -m pip install --quiet --requirement benchmarks/requirements.txt
	@touch $@
