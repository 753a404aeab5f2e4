# Every command works on a fresh machine with Python 3.11+, make and git: the first one makes .venv.

PYTHON ?= python3
ENVIRONMENT := .venv/.installed
RUN := .venv/bin/python -m
PROCESSES := $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1))')
UNITS := $(wildcard solutions/*.py)
FAST := tests/course tests/checking tests/units tests/submissions tests/pages tests/desk/test_naming.py \
	tests/sandbox/test_sandbox_wire.py
FIRST := $(notdir $(patsubst %/,%,$(dir $(firstword $(wildcard autograder/units/*/checks.py)))))

.PHONY: demo test test-fast book browser exercises grade bench
.DEFAULT_GOAL := demo

demo: exercises book grade  ## build everything, grade a sample class, say where to look
	@echo
	@echo "Read the book:       build/book/_build/html/index.html"
	@echo "Open an exercise:    .venv/bin/jupyter lab exercises/$(FIRST)/$(FIRST).ipynb"
	@echo "See the class:       build/demo/graded/report/index.html"
	@echo "Grade it by hand:    cd build/demo/graded && ../../../.venv/bin/jupyter lab (menu Nbgrader, Formgrader)"

# Where the environment forbids Python to keep what it has compiled, each of the tests' many processes compiles it again.
test test-fast: export PYTHONDONTWRITEBYTECODE :=
# Every core has its processes already: a second thread of NumPy's products would only wait, busily, for the first one.
test test-fast: export OPENBLAS_NUM_THREADS := 1

# Half of the tests' time is waiting, so there are twice as many processes as cores. A test with a real clock can lose
# against a busy machine: it gets a second try, and the summary counts and names it.
test: $(ENVIRONMENT)  ## all checks of the course and the tests of everything around it
	$(RUN) ruff check .
	.venv/bin/lint-imports
	$(RUN) autograder exercises --check
	$(RUN) pytest -q -rsR --reruns 1 --numprocesses $(PROCESSES) --dist loadfile --no-loadscope-reorder

test-fast: $(ENVIRONMENT)  ## what needs no browser, no sandbox and no kernel: under a minute
	$(RUN) ruff check .
	$(RUN) pytest -q --numprocesses $(PROCESSES) --dist load -k "not every_batch_secret" $(FAST)

book: $(ENVIRONMENT)  ## build/book/_build/html
	.venv/bin/jupyter-book build book --path-output build/book -W --keep-going -q

# PYODIDE: a folder with the files of the release that autograder/authoring/pyodide.json names.
browser: $(ENVIRONMENT)  ## the book with Python in its pages: make browser PYODIDE=folder
	@test -n "$(PYODIDE)" || { echo "Say where Pyodide is: make browser PYODIDE=folder"; exit 2; }
	@command -v npm >/dev/null || test -x .venv/bin/npm || .venv/bin/pip install --quiet --editable '.[browser]'
	$(RUN) autograder browser "$(PYODIDE)" --output build/browser
	$(MAKE) book

exercises: build/.exercises  ## solutions/ -> exercises/

build/.exercises: $(ENVIRONMENT) $(UNITS)
	$(RUN) autograder exercises
	@mkdir -p build && touch $@

grade: $(ENVIRONMENT)  ## a sample class, and its marks in build/demo/graded
	@test -d build/demo/submitted || $(RUN) autograder sample build/demo/submitted
	$(RUN) autograder grade build/demo/submitted --output build/demo/graded \
		--book ../../../../book/_build/html || test $$? -eq 1

bench: $(ENVIRONMENT)  ## how fast, measured against what it replaces
	$(RUN) benchmarks

$(ENVIRONMENT): requirements.txt pyproject.toml
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --requirement requirements.txt
	@touch $@
