# Every target is one plain command underneath; README.md gives them for machines without make.
PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
READY = $(VENV)/ready
TESTED = $(VENV)/tested

.PHONY: report test lab truths faults characteristics mutation bench bench-large axe po notebooks wheelhouse supply licences fuzz mutated disclosure

report: $(READY)  ## reports of all sample agencies, in Russian and English
	$(BIN)/ccwork report --all --lang ru --lang en --out reports

# a compiled test is kept for the next run, as Python does unless it is told not to
test: export PYTHONDONTWRITEBYTECODE =
test: $(TESTED)  ## everything CI runs
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/python -m pytest -n 2
	$(BIN)/python -m pytest -o addopts= -p tests.warm_kernels --nbval notebooks

lab: $(READY)  ## JupyterLab in Russian on the first notebook
	$(BIN)/ccwork lab notebooks

truths: $(TESTED)  ## planted truths on 100 to 200 seeds of every invented agency (an hour)
	$(BIN)/python -m pytest tests/test_truths.py tests/test_planted_page.py \
		tests/stages/scale/test_verdict_rule.py \
		tests/stages/portfolio/test_comparison.py tests/learn/training/test_agency.py \
		tests/stats/test_intervals.py tests/measure/test_five_kpis.py -m long -s

faults: $(TESTED)  ## break a batch at every point in every way; 200 edits; 300 agencies; living pages; hidden numbers (hours)
	$(BIN)/python -m pytest tests/report/batch/test_fault_points.py \
		tests/report/batch/test_batch_run.py tests/test_random_edits.py \
		tests/test_live_pages.py tests/test_hidden_numbers.py -m long

characteristics: $(READY)  ## how often the rules of stage 4 and of a series are wrong (half an hour)
	$(BIN)/python tests/operating_characteristics.py
	$(BIN)/python tests/false_words.py

disclosure: $(READY)  ## protect and attack 2,000 invented release sets (an hour)
	$(BIN)/python tests/release_sets.py 2000

mutation: $(TESTED)  ## 300 small faults in the KPI code: how many do the tests notice (hours)
	$(BIN)/python tests/mutation.py 300

fuzz: $(TESTED)  ## look for a file that breaks the reading (ten minutes)
	$(BIN)/python tests/fuzz.py 10

mutated: $(TESTED)  ## change files of the samples in 500 ways: same figures or a problem told (an hour)
	$(BIN)/python tests/mutated_files.py 500

bench: $(TESTED)  ## speed and memory: logs and answers to a million rows, the batch against papermill (twenty minutes)
	$(BIN)/python tests/bench/bench_logs.py
	$(BIN)/python tests/bench/bench_logs.py --xes
	$(BIN)/python tests/bench/bench_tables.py
	$(BIN)/python tests/bench/bench_tables.py --kpi
	$(BIN)/python tests/bench/bench_batch.py agency 1
	$(BIN)/python tests/bench/bench_batch.py grow
	$(BIN)/python tests/bench/bench_batch.py many
	$(BIN)/python tests/bench/bench_portfolio.py

bench-large: $(READY)  ## ten million events (some minutes, 6 GB)
	$(BIN)/python tests/bench/bench_logs.py 10000000

axe: report  ## look for barriers in every page of the reports (needs npm and Chromium)
	npm install --silent --no-save --prefix $(VENV)/axe axe-core@4 playwright-core@1
	NODE_PATH=$(VENV)/axe/node_modules node tests/axe.js reports

po: $(READY)  ## bring the translations up to date with the notebooks
	$(BIN)/python -m ccwork.language.notebook_editions

notebooks: $(READY)  ## run the shipped notebooks again and keep their numbers
	$(BIN)/python tests/rerun.py

# For a closed network. Gather on a machine of the same system and the same Python, carry the
# folder over, and install there: python3 -m pip install --no-index --find-links wheelhouse ccwork
wheelhouse: $(READY)  ## every wheel ccwork needs, in one folder
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check -c constraints.txt -w wheelhouse .

supply: wheelhouse  ## hashes (pip --require-hashes) and a list of parts (CycloneDX) beside the wheels
	$(BIN)/python tests/supply.py hashes
	$(BIN)/python tests/supply.py sbom

licences: wheelhouse  ## the licence of every package; GPL, AGPL and unknown ones fail
	$(BIN)/python tests/supply.py licences

# What is never imported is never compiled: that halves the setting up.
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt

$(READY): pyproject.toml constraints.txt
	@echo "Собираем окружение, это минута или две. / Setting up, a minute or two."
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) -e .
	touch $(READY)

$(TESTED): pyproject.toml constraints.txt
	test -e $(READY) || $(PYTHON) -m venv $(VENV)
	$(INSTALL) -e ".[test]"
	touch $(READY) $(TESTED)
