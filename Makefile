# Every target is one plain command underneath; README.md gives them for machines without make.
PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
READY = $(VENV)/ready

.PHONY: report test lab po notebooks

report: $(READY)  ## reports of all sample agencies, in Russian and English
	$(BIN)/ccwork report --all --lang ru --lang en --out reports

test: $(READY)  ## everything CI runs
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/python -m pytest
	$(BIN)/python -m pytest -o addopts= --nbval notebooks

lab: $(READY)  ## JupyterLab on the first notebook
	$(BIN)/jupyter lab notebooks/6_kpi.ipynb

po: $(READY)  ## bring the translations up to date with the notebooks
	$(BIN)/python -m ccwork.edition

notebooks: $(READY)  ## run the shipped notebooks again and keep their numbers
	$(BIN)/python tests/rerun.py

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test]"
	touch $(READY)
