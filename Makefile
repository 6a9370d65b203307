# `make` alone lists what there is. Nothing here needs root; with root, missing Debian packages
# are installed, without it the command that installs them is printed.
# All paths are relative, so that a checkout below "My Projects" works too.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

OUT ?= demo-output
PYTEST_ARGS ?=
# Tests without a window run side by side; each worker takes up to 2 GiB.
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN); echo $$((n < 4 ? n : 4)))
BIN := .venv/bin

# Another project's packages on the path are no part of this one.
unexport PYTHONPATH PYTHONHOME
export PYTHONNOUSERSITE := 1
# Idle OpenMP threads wait asleep: two pools that spin on a small machine cost more than they give.
export OMP_WAIT_POLICY := PASSIVE

# Without a server of its own, macOS shows the OpenGL tests' windows on the desktop.
ifeq ($(shell uname -s),Linux)
GL_DISPLAY := env -u WAYLAND_DISPLAY QT_QPA_PLATFORM=xcb LIBGL_ALWAYS_SOFTWARE=1 \
	xvfb-run -a -s "-screen 0 1920x1200x24 +extension GLX"
else
GL_DISPLAY :=
endif

heading = @printf '\n\033[1m== %s\033[0m\n' $(1)

.PHONY: help setup run test lint format benchmarks wheel clean distclean

help: ## list the targets
	@printf 'Landscape GUI: live loss landscapes of fine-tuned language models\n\n'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 14 | sed 's/^/  make /'
	@printf '\nOptions: make run OUT=DIRECTORY, make test PYTEST_ARGS=--run-slow,\n'
	@printf 'LANDSCAPE_GLUE=DIRECTORY make test (adds the tests on the real GLUE files),\n'
	@printf 'make setup PYTHON=python3.12, make test WORKERS=1\n'

setup: ## make .venv with the pinned versions (skipped when up to date)
	@bash packaging/setup_venv.sh

run: setup ## the demonstration: in a window, or without a display in the terminal
	@bash packaging/run_demo.sh "$(OUT)"

test: setup ## everything that has to pass: lint, types, imports, tests, OpenGL tests
	$(call heading,'System packages')
	@bash packaging/system_packages.sh tests
	$(call heading,'Packages that results are compared with')
	@bash packaging/judges.sh
	@$(MAKE) lint
	$(call heading,'Tests without OpenGL')
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -m "not gl" -n $(WORKERS) \
		--dist worksteal $(PYTEST_ARGS)
	$(call heading,'OpenGL tests in a window on a virtual screen')
	@LANDSCAPE_REQUIRE_GL=1 $(GL_DISPLAY) $(BIN)/python -m pytest -m gl $(PYTEST_ARGS)

lint: setup ## ruff, pyright and the import contracts
	$(call heading,'ruff check')
	@$(BIN)/python -m ruff check .
	$(call heading,'ruff format --check')
	@$(BIN)/python -m ruff format --check .
	$(call heading,'pyright')
	@$(BIN)/python -m pyright
	$(call heading,'lint-imports')
	@$(BIN)/lint-imports

format: setup ## put the code into ruff's format and mend what ruff can mend
	$(call heading,'ruff check --fix')
	@$(BIN)/python -m ruff check --fix .
	$(call heading,'ruff format')
	@$(BIN)/python -m ruff format .

benchmarks: setup ## list the speed measurements and how to start them
	@printf 'Start one with %s PROGRAM (each tells its options with --help):\n\n' "$(BIN)/python"
	@for program in benchmarks/*.py; do \
		[ -e "$$program" ] || { echo '  none yet'; break; }; \
		printf '  %-38s %s\n' "$$program" \
			"$$(sed -n '/^"""/{s/^"""//;s/"""$$//;p;q;}' "$$program")"; \
	done

wheel: setup ## build the wheel into dist/
	$(call heading,'Building the wheel')
	@$(BIN)/python -m pip wheel . --no-deps --wheel-dir dist
	@ls -l dist

clean: ## remove caches and built files; keeps .venv and what the demonstration wrote
	@echo 'Removing caches, build/ and dist/'
	@rm -rf build dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -path ./.venv -prune -o -path ./.git -prune -o -name __pycache__ -type d -exec rm -rf {} +

distclean: clean ## clean, and remove .venv
	@echo 'Removing .venv'
	@rm -rf .venv
