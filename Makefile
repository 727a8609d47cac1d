# The commands of this project; `make` alone explains them.

# The first Python on the path that is new enough; `make install PYTHON=/path/to/python` overrides.
PYTHON ?= $(shell for each in python3.11 python3.12 python3.13 python3; do \
	  $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; \
	done)
# PySpark 3.5 is tested on the Python of its Dataproc image.
PYTHON35 ?= python3.11
# That of the newer image, for `make test-dist`; where pyenv has it, the name alone fails.
PYTHON312 ?= $(shell for each in python3.12 "$$(pyenv prefix 3.12 2>/dev/null)/bin/python3.12"; do \
	  "$$each" -c '' 2>/dev/null && echo "$$each" && break; \
	done)
# The BigQuery server of the tests needs this very one; where pyenv has it, the name alone fails.
PYTHON313 ?= $(shell for each in python3.13 "$$(pyenv prefix 3.13 2>/dev/null)/bin/python3.13"; do \
	  "$$each" -c '' 2>/dev/null && echo "$$each" && break; \
	done)
GO ?= go
MVN ?= mvn
# The BigQuery connector for Spark 4.1, which no registry publishes.
SPARK41_CONNECTOR ?=
UV ?= uv
# Tests to run, for example `make test TESTS=tests/gold`.
TESTS ?= tests
# Processes that share tests, a module each; every one has a JVM of its own, of some 2 GB.
WORKERS ?= 2
SHARED := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
CLOUD_TESTS = $(or $(filter-out tests,$(TESTS)),tests/cloud)

# Tests that need no more than Python and Java.
QUICK := not cloud and not browser and not dist and not airflow
IN_VENV := .venv/bin
READY := .venv/.installed
READY35 := .venv-spark35/.installed
CLOUD := build/cloud
JAVA := .venv/.java-checked
# The accessibility rules that pages are tested with (MPL-2.0), fetched and compared with its hash.
AXE_VERSION := 4.14.1
AXE_SHA512 := FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==
AXE := build/axe/axe-$(AXE_VERSION).min.js
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
# A list of pins is whole, so nothing is resolved again: pip would look at releases that came later.
PINNED := $(PIP_INSTALL) --no-deps --require-hashes --no-build-isolation
PINS := build runtime dev spark35 bigquery-server
# The Airflow of CI, and those of `make test-airflow-all`: each has its pins and its environment.
AIRFLOW := airflow
AIRFLOWS := airflow airflow-3.1 airflow-2.11
GCS_SERVER := github.com/fsouza/fake-gcs-server@v1.56.1
# PySpark 3.5 brings Hadoop 3.3.4, for which the newer connector of Cloud Storage is too new.
JARS := com.google.cloud.spark:spark-3.5-bigquery:0.42.1 \
	com.google.cloud.bigdataoss:gcs-connector:hadoop3-2.2.26:jar:shaded \
	com.google.cloud.bigdataoss:gcs-connector:4.0.4:jar:shaded
COPY_JAR := org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy
GCS_SERVER_READY := $(CLOUD)/.$(notdir $(GCS_SERVER))
CLOUD_READY := $(GCS_SERVER_READY) $(CLOUD)/bigquery-env/.installed $(CLOUD)/jars/.installed

.DEFAULT_GOAL := help
.PHONY: help install install-cloud run test test-fast test-spark35 test-cloud test-cloud-spark41 test-dashboard \
	test-dist test-airflow test-airflow-all check fmt golden docs guarantees guarantees-cloud \
	bench bench-cloud dist pins clean

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(READY) $(JAVA) ## Make .venv with pinned packages and c360 in it

install-cloud: $(READY35) $(JAVA) $(CLOUD_READY) ## Make what the tests against servers need, PySpark 3.5 among it

run: install ## Publish the sample data into build/customer360.duckdb, and make its dashboard
	@$(IN_VENV)/c360 run
	@$(IN_VENV)/c360 dashboard

test: install ## Run all quick tests (TESTS=tests/gold for a part, WORKERS=1 on a small machine)
	$(IN_VENV)/python -m pytest -m "$(QUICK)" $(SHARED) $(TESTS)

test-fast: $(READY) ## Run the tests that start neither a JVM nor the analyzer of GoogleSQL
	$(IN_VENV)/python -m pytest -m "$(QUICK) and not spark and not googlesql" $(TESTS)

test-spark35: $(READY35) $(JAVA) ## Run the tests that need Spark on PySpark 3.5, in an environment of its own
	.venv-spark35/bin/python -m pytest -m "$(QUICK) and spark" $(TESTS)

test-cloud: install-cloud ## Run the tests against servers of BigQuery and Cloud Storage
	.venv-spark35/bin/python -m pytest -m cloud $(SHARED) $(CLOUD_TESTS)

test-cloud-spark41: $(READY) $(JAVA) $(CLOUD_READY) ## The same on PySpark 4.1 (SPARK41_CONNECTOR=file.jar)
	@$(need_spark41_connector)
	SPARK41_CONNECTOR="$(SPARK41_CONNECTOR)" $(IN_VENV)/python -m pytest -m cloud $(SHARED) $(CLOUD_TESTS)

test-dashboard: $(READY) $(AXE) ## Open the dashboard in Chromium and test what people see
	@command -v "$${C360_CHROMIUM:-chromium}" >/dev/null || { \
	  echo "make test-dashboard needs Chromium: apt-get install chromium, or name it in C360_CHROMIUM"; \
	  exit 1; }
	$(IN_VENV)/python -m pytest tests/dashboard

test-dist: $(READY35) $(JAVA) .venv-py312/.installed ## Publish from the zip on the Pythons and Sparks of the images
	.venv-spark35/bin/python -m pytest -m "dist or spark" tests/deploy/test_dist.py

test-airflow: install-cloud .venv-$(AIRFLOW)/.installed ## Run the DAG in Airflow, against those servers
	C360_AIRFLOW=.venv-$(AIRFLOW) .venv-spark35/bin/python -m pytest -m airflow tests/airflow

test-airflow-all: ## The same in each Airflow that is supported
	@for each in $(AIRFLOWS); do $(MAKE) test-airflow AIRFLOW=$$each || exit 1; done

check: $(READY) ## Lint, formatting, types, layers and sizes; starts no JVM
	$(IN_VENV)/ruff check .
	$(IN_VENV)/ruff format --check .
	$(IN_VENV)/mypy --strict c360
	$(IN_VENV)/python -m pytest tests/test_layers.py tests/test_sizes.py tests/house

fmt: $(READY) ## Format the code and fix what ruff can fix
	$(IN_VENV)/ruff check --fix .
	$(IN_VENV)/ruff format .

golden: install ## Rewrite the golden files, to be reviewed as a diff
	C360_GOLDEN=write $(IN_VENV)/python -m pytest -m "$(QUICK)" $(TESTS)

docs: $(READY) ## Rewrite the data dictionary, the schema of reports and sql/ from the code
	$(IN_VENV)/c360 dictionary > docs/data_dictionary.md
	$(IN_VENV)/c360 schema > docs/report.schema.json
	$(IN_VENV)/c360 sql --out sql

guarantees: install ## Test the guarantees in full (ONLY=G1,G3 and SHARD=1/4 for a part)
	$(IN_VENV)/python -m tests.guarantees $(if $(ONLY),--only $(ONLY)) $(if $(SHARD),--shard $(SHARD))

guarantees-cloud: install-cloud ## Test in full what needs the servers of the cloud (ONLY=G8)
	.venv-spark35/bin/python -m tests.cloud.guarantees $(if $(ONLY),--only $(ONLY)) $(if $(SHARD),--shard $(SHARD))

bench: install ## Measure a run beside other ways; writes docs/performance.md (SIZES=sample,200MB)
	$(IN_VENV)/python -m tests.bench $(if $(SIZES),--sizes $(SIZES)) $(if $(ROUNDS),--rounds $(ROUNDS))

bench-cloud: install-cloud ## Measure staging and MERGE on the local BigQuery server
	.venv-spark35/bin/python -m tests.cloud.bench $(if $(ROWS),--rows $(ROWS))

dist: $(READY) ## Make dist/c360.zip, and the list of packages that a cluster installs
	$(IN_VENV)/python deploy/build_zip.py dist/c360.zip
	$(IN_VENV)/python deploy/pip_packages.py "$$(. deploy/settings.env && echo "$$IMAGE_PYTHON")" \
	  > dist/pip-packages.txt

pins: ## Resolve requirements/*.in again, with hashes and without any index address
	@command -v $(UV) >/dev/null || { echo "make pins needs uv: install it, or say UV=/path/to/uv"; exit 1; }
	@for name in $(PINS); do \
	  case $$name in bigquery-server) python=3.13 ;; *) python=3.11 ;; esac; \
	  UV_CUSTOM_COMPILE_COMMAND="make pins" $(UV) --directory requirements pip compile --quiet \
	    --upgrade --universal --python-version $$python --generate-hashes --no-annotate \
	    --no-emit-index-url --no-emit-find-links --output-file $$name.txt $$name.in || exit 1; \
	done
	@for name in $(AIRFLOWS); do \
	  UV_CUSTOM_COMPILE_COMMAND="make pins" $(UV) --directory requirements pip compile --quiet \
	    --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate \
	    --no-emit-index-url --no-emit-find-links --excludes airflow.excludes \
	    --output-file $$name.txt $$name.in || exit 1; \
	done

clean: ## Remove what builds and tests leave behind; environments stay
	find build -mindepth 1 -maxdepth 1 ! -path $(CLOUD) -exec rm -rf {} + 2>/dev/null || true
	rm -rf dist .pytest_cache .mypy_cache .ruff_cache .hypothesis spark-warehouse metastore_db
	find c360 tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is older than its files only after a change: a second `make run` installs nothing.
$(READY): requirements/build.txt requirements/dev.txt pyproject.toml setup.py
	@test -n "$(PYTHON)" || { \
	  echo "c360 needs Python 3.11 or newer and found none on the path: python3.11, python3.12,"; \
	  echo "python3.13 and python3 were tried. Install one, or say make install PYTHON=/path/to/python"; \
	  exit 1; }
	$(call make_environment,$(PYTHON),.venv,requirements/dev.txt)

$(READY35): requirements/build.txt requirements/spark35.txt pyproject.toml setup.py
	@$(PYTHON35) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || { \
	  echo "The tests on PySpark 3.5 need Python 3.11 and '$(PYTHON35)' is not it."; \
	  echo "Install it, or say make test-spark35 PYTHON35=/path/to/python3.11"; \
	  exit 1; }
	$(call make_environment,$(PYTHON35),.venv-spark35,requirements/spark35.txt)

$(AXE):
	@command -v npm >/dev/null || { echo "make test-dashboard needs npm, to fetch axe-core"; exit 1; }
	@mkdir -p $(@D)
	@npm pack --silent --pack-destination $(@D) axe-core@$(AXE_VERSION) >/dev/null
	@found=$$(openssl dgst -sha512 -binary $(@D)/axe-core-$(AXE_VERSION).tgz | base64 -w 0); \
	  test "$$found" = "$(AXE_SHA512)" || { \
	    echo "axe-core $(AXE_VERSION): found sha512 $$found, expected $(AXE_SHA512)"; exit 1; }
	@tar -xzOf $(@D)/axe-core-$(AXE_VERSION).tgz package/axe.min.js > $@.part
	@mv $@.part $@

.venv-py312/.installed: requirements/build.txt requirements/runtime.txt
	@test -n "$(PYTHON312)" || { \
	  echo "The zip is tested on Python 3.12 too, and there is none (PYTHON312=/path/to/python3.12)."; \
	  exit 1; }
	@echo "Installing requirements/runtime.txt into $(@D) (once, some minutes) ..."
	@test -x $(@D)/bin/python || $(PYTHON312) -m venv $(@D)
	@$(@D)/bin/python $(PINNED) -r requirements/build.txt
	@$(@D)/bin/python $(PINNED) -r requirements/runtime.txt
	@touch $@

# The lists are whole but for what requirements/airflow.excludes says, which pip must not miss.
$(AIRFLOWS:%=.venv-%/.installed): .venv-%/.installed: requirements/%.txt requirements/build.txt
	@echo "Installing $< into $(@D) (once, some minutes) ..."
	@test -x $(@D)/bin/python || $(PYTHON35) -m venv $(@D)
	@$(@D)/bin/python $(PINNED) -r requirements/build.txt
	@$(@D)/bin/python $(PINNED) -r $<
	@touch $@

# Asked once and not on every run, so that a run that is up to date starts no JVM at all.
$(JAVA): | $(READY)
	@found=$$("$${JAVA_HOME:+$$JAVA_HOME/bin/}java" -version 2>&1 \
	    | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1); \
	case "$$found" in \
	  17|18|19|20|21) touch $@ ;; \
	  *) echo "c360 needs Java 17 or 21 and found $${found:-none} (JAVA_HOME=$${JAVA_HOME:-not set})."; \
	     echo "Install one, or set JAVA_HOME to its folder, then run the same command again."; \
	     exit 1 ;; \
	esac

# No file of this name is ever made, so that it is asked each time; it says all that is missing.
$(CLOUD)/.tools-there:
	@missing=""; \
	command -v $(GO) >/dev/null || missing="$$missing Go,"; \
	command -v $(MVN) >/dev/null || missing="$$missing Maven,"; \
	$(PYTHON35) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
	  || missing="$$missing Python 3.11 (PYTHON35=/path/to/python3.11),"; \
	test -n "$(PYTHON313)" || missing="$$missing Python 3.13 (PYTHON313=/path/to/python3.13),"; \
	command -v keytool >/dev/null || missing="$$missing keytool of a JDK,"; \
	command -v openssl >/dev/null || missing="$$missing openssl,"; \
	test -z "$$missing" || { \
	  echo "The cloud tests need$${missing%,}: install what is named; make test runs without."; \
	  exit 1; }

$(GCS_SERVER_READY): | $(CLOUD)/.tools-there
	@echo "Building $(GCS_SERVER) into $(CLOUD)/bin (once, some minutes) ..."
	@GOBIN="$(CURDIR)/$(CLOUD)/bin" $(GO) install $(GCS_SERVER)
	@touch $@

$(CLOUD)/bigquery-env/.installed: requirements/bigquery-server.txt | $(CLOUD)/.tools-there
	@echo "Installing $< into $(@D) (once, a minute) ..."
	@test -x $(@D)/bin/python || "$(PYTHON313)" -m venv $(@D)
	@$(@D)/bin/python $(PINNED) -r $<
	@touch $@

# A jar that is not the expected one is not kept.
$(CLOUD)/jars/.installed: requirements/jars.sha256 | $(CLOUD)/.tools-there
	@echo "Fetching the connectors into $(@D) (once, a minute) ..."
	@rm -rf $(@D) && mkdir -p $(@D)
	@for jar in $(JARS); do \
	  $(MVN) -B -q -Dstyle.color=never $(COPY_JAR) -Dartifact=$$jar \
	    -DoutputDirectory="$(CURDIR)/$(@D)" || exit 1; \
	done
	@cd $(@D) && sha256sum --check --quiet "$(CURDIR)/$<" || { \
	  rm -f *.jar; echo "A jar is not what $< says; none is kept."; exit 1; }
	@touch $@

define need_spark41_connector
test -f "$(SPARK41_CONNECTOR)" || { \
  echo "make $@ needs Google's BigQuery connector for Spark 4.1 and found '$(SPARK41_CONNECTOR)':" \
    "say SPARK41_CONNECTOR=/path/to/it.jar; make test-cloud runs without."; \
  exit 1; }
endef

# Arguments: interpreter, folder, requirements. The tools that build come first and pinned, since
# PySpark is published as a source distribution only.
define make_environment
@echo "Installing $(3) into $(2) (once, some minutes) ..."
@test -x $(2)/bin/python || $(1) -m venv $(2)
@$(2)/bin/python $(PINNED) -r requirements/build.txt
@$(2)/bin/python $(PINNED) -r $(3)
@$(2)/bin/python -m pip check --quiet --disable-pip-version-check || { \
  echo "$(3) is not whole: make pins resolves it again"; exit 1; }
@$(2)/bin/python $(PIP_INSTALL) --no-deps --no-build-isolation -e .
@touch $(2)/.installed
endef
