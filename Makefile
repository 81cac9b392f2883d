# `make demo` runs Fio; `make test` and `make check` judge it. The rest is for those who change it.
SHELL := /bin/sh
PYTHON := .venv/bin/python
PORT ?= 8000
PYTEST_FLAGS ?= -n 2 --dist loadfile
export PORT

.DEFAULT_GOAL := demo
.PHONY: demo test test-light check bench kill soak rolling corpus lock messages clean help base dev frontend locale peers

demo: base frontend locale ## everything on this machine: http://localhost:8000
	@exec $(PYTHON) -m crm.config.embedded --demo --with-parent

test: dev frontend locale peers ## every test, with real servers and a browser
	@$(PYTHON) -m pytest $(PYTEST_FLAGS)

test-light: dev frontend locale ## the tests that need no Dovecot, Cyrus, Exim or Chromium
	@$(PYTHON) -m pytest -p tests.light $(PYTEST_FLAGS)

check: dev frontend locale ## style, types, arrows, templates, migrations, audit, translations
	@scripts/check

bench: dev frontend locale ## what is measured, against what
	@scripts/install-peers bench
	@$(PYTHON) -m bench $(BENCH)

kill: dev locale peers ## workers killed, robbed, stopped: make kill KILL="--mails 20000 --sends 1000 --kills 50"
	@$(PYTHON) -m bench.kill $(KILL)

soak: dev locale peers ## many mailboxes for a long time: make soak SOAK="--boxes 1000 --minutes 60"
	@$(PYTHON) -m bench.soak $(SOAK)

rolling: dev frontend locale peers ## every process renewed under load: make rolling ROLLING="--former REF"
	@$(PYTHON) -m bench.rolling $(ROLLING)

corpus: dev frontend locale peers ## other people's mail: make corpus CORPUS=/folder, CHECKS=5,6 for some of it
	@test -n "$(CORPUS)" || { echo "Say which: make corpus CORPUS=/folder/with/mailboxes"; exit 1; }
	@$(PYTHON) -m bench.corpus $(CORPUS) $(if $(CHECKS),--checks $(CHECKS)) $(if $(WRITE),--write $(WRITE))

lock: dev ## compile requirements/*.in into locks with hashes, and package-lock.json
	@scripts/lock

messages: dev ## collect the strings to translate into locale/
	@scripts/without-services $(PYTHON) -m scripts.messages update

clean: ## what was built; the data in ./var stays
	rm -rf build static/dist node_modules .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile

base:
	@scripts/install-python base

dev:
	@scripts/install-python dev

frontend: base
	@scripts/build-frontend

locale: base
	@$(PYTHON) -m scripts.compile_messages

peers:
	@scripts/install-peers
