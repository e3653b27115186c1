# Lapwing. Two targets do everything from a fresh Debian machine with Swift 6.3 or newer:
#
#   make run     trains one shared policy with a gateway and four agent processes on this machine
#   make test    builds what the tests need and runs all of them
#
# make help lists the rest.

# What `make run` trains, and how: each becomes a flag of `lapwing train`.
ENV ?= swimmer
AGENTS ?= 4
SEED ?= 1
NAME ?=
STEPS ?=
UPDATES ?=
TARGET ?=
RUNS ?= runs
# More flags, word for word: make run ARGS="--broadcast push --set gateway.aggregation.step_size=0.01"
ARGS ?=

# Tasks that step MuJoCo; the others are built in.
MUJOCO_TASKS := hopper walker2d half-cheetah humanoid reacher

SWIFT ?= swift
EMBEDDED := .build-embedded
EMBEDDED_BUILD := LAPWING_EDGE_ONLY=1 $(SWIFT) build -c release --traits Embedded --scratch-path $(EMBEDDED)
MODELS := .cache/mujoco-models
BENCH := Benchmarks/.build/release
SAMPLING_FLAGS := --plugin $(EMBEDDED)/release/liblapwing-mujoco.so --models $(MODELS)

needs_mujoco := $(or $(filter $(MUJOCO_TASKS),$(ENV)),$(findstring --plugin,$(ARGS)))
flags = --environment $(ENV) --agents $(AGENTS) --seed $(SEED) --runs $(RUNS) \
    $(if $(NAME),--name $(NAME)) $(if $(STEPS),--steps-per-agent $(STEPS)) \
    $(if $(UPDATES),--updates $(UPDATES)) $(if $(TARGET),--target $(TARGET)) $(ARGS)

.PHONY: run build agent programs mujoco test test-edge test-tools tidy bench bench-toy benchmarks clean help packages

## run         train: make run [ENV=swimmer AGENTS=4 SEED=1 NAME= STEPS= UPDATES= TARGET= RUNS=runs ARGS=]
run: build $(if $(needs_mujoco),mujoco)
	@exec .build/release/lapwing train $(flags)

## build       the agent (Embedded Swift), the gateway and the command line program, optimised
build: programs agent

programs: packages
	@echo "make: building lapwing and lapwing-gateway (a first build takes some minutes)" >&2
	@$(SWIFT) build -c release --product lapwing-gateway >&2
	@$(SWIFT) build -c release --product lapwing >&2

## agent       the agent alone: .build-embedded/release/lapwing-agent
agent: packages
	@echo "make: building lapwing-agent (Embedded Swift)" >&2
	@$(EMBEDDED_BUILD) --product lapwing-agent >&2

packages:
	@scripts/bootstrap run

## mujoco      the MuJoCo tasks: the plug-in, and the model files from the gymnasium wheel
mujoco:
	@scripts/bootstrap mujoco
	@echo "make: building liblapwing-mujoco.so" >&2
	@$(EMBEDDED_BUILD) --product lapwing-mujoco >&2
	@scripts/fetch-mujoco-models >&2

## test        all tests: the agent and plug-in they start, the Python reference, then swift test
test: test-tools
	$(SWIFT) build --build-tests
	@$(MAKE) --no-print-directory bench-toy
	$(SWIFT) test

test-tools:
	@scripts/bootstrap test
	@$(MAKE) --no-print-directory agent mujoco
	@scripts/setup-reference-python >&2

## test-edge   the quick part: the board's modules and the house rules, without GRDB and the servers
test-edge:
	@scripts/bootstrap test
	LAPWING_EDGE_ONLY=1 $(SWIFT) test --scratch-path .build-edge

## bench       the comparisons behind README's figures, a few minutes on a quiet machine
bench: build mujoco benchmarks
	$(BENCH)/kernel-benchmarks
	$(BENCH)/codec-benchmarks
	$(BENCH)/sampling-benchmarks $(SAMPLING_FLAGS)
	$(BENCH)/simulation-benchmarks --lapwing .build/release/lapwing --models $(MODELS)
	$(BENCH)/gateway-benchmarks --gateway .build/release/lapwing-gateway

# The same at toy size, so that they cannot rot.
bench-toy: benchmarks
	$(BENCH)/kernel-benchmarks --toy > /dev/null
	$(BENCH)/codec-benchmarks --toy > /dev/null
	$(BENCH)/sampling-benchmarks --toy $(SAMPLING_FLAGS) > /dev/null
	$(BENCH)/simulation-benchmarks --toy --lapwing .build/debug/lapwing --models $(MODELS) > /dev/null
	$(BENCH)/gateway-benchmarks --gateway .build/debug/lapwing-gateway --seconds 1 --rounds 1 > /dev/null

benchmarks:
	@LAPWING_EDGE_ONLY=1 $(SWIFT) build -c release --package-path Benchmarks >&2

## tidy        the house rules alone
tidy:
	LAPWING_EDGE_ONLY=1 $(SWIFT) test --scratch-path .build-edge --filter TidyTests

## clean       removes what was built; runs/ and .cache/ stay
clean:
	rm -rf .build .build-edge $(EMBEDDED) Benchmarks/.build

## help        this list
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)
