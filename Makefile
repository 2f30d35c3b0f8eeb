# Everything a newcomer types. `make` alone lists it; `verbatim --help` lists the rest.

PYTHON ?= python3.11
JAVA := $(if $(JAVA_HOME),$(JAVA_HOME)/bin/java,java)
BIN := .venv/bin
JARS := var/jars
LOG := var/setup.log
# Many images set it for Python to write no bytecode: then every task of a DAG compiled Great
# Expectations anew, 7 of 10 s of processor time before its first row. Empty is as if unset.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo report airflow test soak browser check bench clean tools

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/equipped $(JARS)/archived ## Get everything the rest needs, once: .venv, Spark's jars, an archive of its classes
	@echo "Set up: $(BIN)/verbatim --help"

demo: setup ## An invented company's month through the whole pipeline, and three questions to it
	@$(BIN)/verbatim demo

report: setup ## The weekly report of the demo's bad week (or WEEK=2026-W11): French and English, HTML and PDF
	@$(BIN)/verbatim report --week $(or $(WEEK),2026-W10) --format html,pdf

airflow: setup .venv-airflow/synced var/spark.conf ## A real Airflow with the demo company waiting to be run; prints address and password
	@dags/standalone

test: setup .venv-airflow/synced var/spark.conf var/broker/resolved ## Every test: units, Spark and the demo company against its truth, the DAGs; side by side
	@$(BIN)/python -m tests.side_by_side

soak: setup ## The long forms: stream and run killed 20 times each and every row compared, then an hour of events
	@$(BIN)/python -m benchmarks.soak
	@$(BIN)/python -m benchmarks.stream --batches 360 --rate 1

browser: setup var/axe/axe.min.js ## The report's pages in Chromium: width, console, accessibility
	@$(BIN)/pytest tests/browser/report_in_chromium.py

check: setup .venv-airflow/synced ## What a change must pass besides its tests: lint, format, types, documents up to date
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/mypy -p dags --python-executable .venv-airflow/bin/python
	@$(BIN)/pytest -q tests/unit/test_documents.py tests/unit/test_architecture.py

bench: setup ## Interactions a second and peak memory, beside the same work in one process
	@$(BIN)/python -m benchmarks.pipeline

clean: ## Remove the demo's files, Airflow's and every cache; .venv, the jars and other companies' folders stay
	@rm -rf var/demo var/airflow var/test-airflow spark-warehouse metastore_db derby.log build verbatim.egg-info \
		.pytest_cache .mypy_cache .ruff_cache .hypothesis

# Set-up is a chain of files, each made again only when what it was made from has changed.

# Runs a command quietly; when it fails, shows the end of the log and the remedy.
quietly = { $(1); } >>$(LOG) 2>&1 || { tail -n 15 $(LOG) >&2; echo "$(2) The whole story: $(LOG)" >&2; exit 1; }

tools:
	@mkdir -p $(JARS)
	@missing=; \
	"$(PYTHON)" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
	|| { missing=1; echo "Missing: Python 3.11 with venv, as $(PYTHON). Get it with: apt-get install python3.11 python3.11-venv (Debian 12), brew install python@3.11 (macOS), or uv python install 3.11; if it has another name: make setup PYTHON=..." >&2; }; \
	"$(JAVA)" -version 2>&1 | grep -q 'version "17' \
	|| { missing=1; echo "Missing: Java 17, as $(JAVA). Get it with: apt-get install openjdk-17-jre-headless (Debian, Ubuntu) or brew install openjdk@17 (macOS); where several are installed, set JAVA_HOME." >&2; }; \
	test -z "$$missing"

.venv/made: requirements/setup.lock | tools
	@echo "Making .venv"
	@: >$(LOG)
	@$(call quietly,"$(PYTHON)" -m venv .venv && $(BIN)/python -m pip install -q --require-hashes -r $<,The package index could not be reached: pip follows PIP_INDEX_URL and PIP_CERT.)
	@touch $@

# uv is several times faster; pip also follows a pip.conf, which uv does not read.
# Spark puts a zipped copy of PySpark before the installed one, for clusters that have none. Python
# keeps no bytecode of a zip: each of Spark's processes compiled it anew, 0.7 s that are saved without it.
.venv/synced: requirements/jobs.lock .venv/made
	@echo "Installing the locked libraries (Spark alone is 400 MB)"
	@$(call quietly,VIRTUAL_ENV=.venv $(BIN)/uv pip sync -q --require-hashes requirements/setup.lock $< || $(BIN)/python -m pip install -q --require-hashes -r $<,A library could not be installed.)
	@rm -f .venv/lib/python3.11/site-packages/pyspark/python/lib/pyspark.zip
	@touch $@

.venv/installed: pyproject.toml .venv/synced
	@$(call quietly,VIRTUAL_ENV=.venv $(BIN)/uv pip install -q --no-deps --no-build-isolation -e .,The project could not be installed.)
	@touch $@

# What tests and checks need besides, onto the rest: an image does without (docker/Dockerfile).
.venv/equipped: requirements/dev.lock .venv/installed
	@echo "Installing what tests and checks need besides"
	@$(call quietly,VIRTUAL_ENV=.venv $(BIN)/uv pip install -q --require-hashes -r $< || $(BIN)/python -m pip install -q --require-hashes -r $<,A library could not be installed.)
	@touch $@

# Airflow pins what the jobs want otherwise: an environment of its own.
.venv-airflow/synced: requirements/airflow.lock .venv/made
	@echo "Installing Airflow beside it, in .venv-airflow"
	@$(call quietly,"$(PYTHON)" -m venv --clear .venv-airflow && { VIRTUAL_ENV=.venv-airflow $(BIN)/uv pip sync -q --require-hashes $< || .venv-airflow/bin/python -m pip install -q --require-hashes -r $<; },A library could not be installed.)
	@touch $@

# What every submission to Spark on this machine is given (jobs/session.py says why): a JVM that
# is started before any of our code has run cannot take it from there.
var/spark.conf: $(JARS)/archived
	@{ echo "spark.jars $$(ls $(CURDIR)/$(JARS)/*.jar | paste -sd, -)"; \
		echo "spark.driver.memory 2g"; \
		echo "spark.driver.extraJavaOptions -Dlog4j2.configurationFile=file://$(CURDIR)/jobs/log4j2.properties -XX:+UseParallelGC -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:SharedArchiveFile=$(CURDIR)/$(JARS)/classes.jsa -Xshare:auto -Xlog:disable"; } >$@

$(JARS)/resolved: requirements/jars.xml requirements/ivysettings.xml .venv/synced
	@echo "Fetching the jars that Spark needs for Delta tables"
	@rm -f $(JARS)/*.jar
	@$(call quietly,"$(JAVA)" -jar .venv/lib/python3.11/site-packages/pyspark/jars/ivy-*.jar -ivy requirements/jars.xml -settings requirements/ivysettings.xml -retrieve "$(JARS)/[artifact]-[revision].[ext]",Maven Central could not be reached: name a mirror in requirements/ivysettings.xml.)
	@touch $@

# Only the tests need it: a broker of their own, in a process of its own.
var/broker/resolved: requirements/broker.xml requirements/ivysettings.xml .venv/synced
	@echo "Fetching a Kafka broker for the tests"
	@rm -f var/broker/*.jar
	@$(call quietly,"$(JAVA)" -jar .venv/lib/python3.11/site-packages/pyspark/jars/ivy-*.jar -ivy requirements/broker.xml -settings requirements/ivysettings.xml -retrieve "var/broker/[artifact]-[revision].[ext]",Maven Central could not be reached: name a mirror in requirements/ivysettings.xml.)
	@touch $@

# Only `make browser` needs it, so it is fetched and not kept here.
var/axe/axe.min.js:
	@mkdir -p var/axe
	@$(call quietly,npm pack axe-core@4.11.0 --silent --pack-destination var/axe && tar -xzf var/axe/axe-core-4.11.0.tgz -C var/axe --strip-components=1 package/axe.min.js,The npm registry could not be reached: npm follows npm_config_registry.)

# Java reads its classes from this archive instead of from 300 jars: with it a question to
# the lake took 21 s where it took 32 (two cores, five others at work). Whoever cannot make it, or has another
# Java later, only starts more slowly.
$(JARS)/archived: $(JARS)/resolved .venv/installed
	@echo "Archiving Spark's classes for a faster start"
	@rm -f $(JARS)/classes.*
	@{ PYSPARK_PYTHON=$(BIN)/python SPARK_LOCAL_HOSTNAME=localhost $(BIN)/spark-submit \
		--jars "$$(echo $(JARS)/*.jar | tr ' ' ',')" \
		--conf "spark.driver.extraJavaOptions=-Xlog:disable -XX:+UseParallelGC -XX:ArchiveClassesAtExit=$(JARS)/classes.draft" \
		jobs/cli.py runs && mv -f $(JARS)/classes.draft $(JARS)/classes.jsa; } >>$(LOG) 2>&1 \
	|| echo "No archive ($(LOG) says why): everything works, Spark starts more slowly."
	@touch $@
