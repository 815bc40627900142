# The hall in one command each. Everything needs Python 3.11 or newer and nothing else; `make` alone lists what there is.
PYTHON ?= python3

.PHONY: help run test check bench faults format code lock

help:
	@echo "make run      the hall with demo data on http://localhost:8000/ (HALL_PORT=8001 for another port)"
	@echo "make test     all tests, on a throw-away PostgreSQL and Valkey; ARGS='-k name' chooses"
	@echo "make check    what CI runs: format, lint, types, contracts, migrations, settings, API, templates, translations, tests"
	@echo "make bench    the figures that the hall promises, each as a ratio measured in one run"
	@echo "make faults   a whole hall under kill -9; FAULTS=500 MESSAGES=20000 SEED=7 choose how long and which"
	@echo "make code     the one-time code of a demo officer or phone beside a running hall: make code WHO=clerk, WHO=13800000001"
	@echo "make format   rewrite Python and templates in the house's format"
	@echo "make lock     resolve the requirements files again"

run test check bench faults format lock:
	@command -v $(PYTHON) >/dev/null || { echo "hall: there is no $(PYTHON) here. Install Python 3.11 or newer (Debian, Ubuntu: apt install python3 python3-venv)."; exit 1; }
	@$(PYTHON) portal/supervisor/bootstrap.py $@ $(ARGS)

code:
	@.venv/bin/python manage.py demo_code $(WHO)
