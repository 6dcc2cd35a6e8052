# Each line calls one thing. `make run` and `make test` need only git, make and python3 with venv.
.PHONY: run test check bench lock catalogue prepare
.DEFAULT_GOAL := run

run:  ## prepare, then start linli on 127.0.0.1:8000; DEMO=1 fills it with the demo community
	@python3 scripts/prepare.py run $(if $(filter 1 yes true,$(DEMO)),--demo)

test: prepare  ## everything: the check, then the whole suite on SQLite and on PostgreSQL, and in a browser
	@.venv/bin/python scripts/machine.py
	@.venv/bin/python scripts/check.py
	@.venv/bin/python scripts/suite.py

check: prepare  ## the fast definition of done
	@.venv/bin/python scripts/check.py

bench: prepare  ## what is measured, beside its rival or limit
	@.venv/bin/python bench/run.py

lock: prepare  ## resolve pyproject.toml into the two lock files
	@bash scripts/lock.sh

catalogue: prepare  ## merge the English fragments and compile the catalogue
	@.venv/bin/python scripts/catalogue.py

prepare:
	@python3 scripts/prepare.py dev
