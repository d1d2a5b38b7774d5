# Two commands are enough: `make run` and `make test`. Each sets up what is missing first.

PORT ?= 8000
ARGS ?=
PYTHON ?=

# exec, here and below: no shell stands between make and what it starts, so that Ctrl-C and signals arrive there.
SET_UP := PYTHON="$(PYTHON)" exec sh tools/python.sh tools.set_up

.DEFAULT_GOAL := help
.PHONY: help run test check setup bench faults

help:
	@echo "make run     start Rådslag with demo data on http://127.0.0.1:8000 (PORT=8080 moves it)"
	@echo "make test    check format, lint, types, imports and templates, and run every test (ARGS=... goes to pytest)"
	@echo "make check   the same without the tests"
	@echo "make setup   only install what is needed to run"
	@echo "make bench   measure (ARGS=... goes to the bench)"
	@echo "make faults  harm real servers and count what is lost (ARGS=... goes to the drills)"

setup:
	@$(SET_UP) run
	@echo "Ready. Start with: make run"

run:
	@$(SET_UP) run
	@RAADSLAG_ENV=demo PORT="$(PORT)" exec .venv/bin/raadslag demo run --host 127.0.0.1 --port "$(PORT)"

test:
	@$(SET_UP) test
	@exec .venv/bin/python -m tools.check $(ARGS)

check:
	@$(SET_UP) test
	@exec .venv/bin/python -m tools.check --static

bench:
	@$(SET_UP) test
	@exec .venv/bin/python -m tools.bench.run $(ARGS)

faults:
	@$(SET_UP) test
	@exec .venv/bin/python -m tools.faults.run $(ARGS)
