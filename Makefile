# SPDX-License-Identifier: MIT
# A thin front of meson and of the scripts; each target does its own set-up.
BUILD ?= build
PYTHON := /usr/bin/python3
ISSUE ?= 1
NINJA := ninja -C

.PHONY: all run test check check-format format asan tsan accept \
        bench bench-boot bench-startup clean deps

all: $(BUILD)/build.ninja
	@$(NINJA) $(BUILD)

deps:
	@scripts/install-deps.sh build

$(BUILD)/build.ninja: | deps
	meson setup $(BUILD) $(MESON_OPTIONS)

run:
	@scripts/install-deps.sh run
	@$(MAKE) --no-print-directory all
	@scripts/run-guest.sh $(ARGS)

# Everything a change must pass; SUITES="unit system" picks suites.
test:
	@scripts/install-deps.sh test
	@$(PYTHON) scripts/run-tests.py --build $(BUILD) $(SUITES)

# The checks of the source itself: seconds.
check:
	@scripts/install-deps.sh test
	@$(PYTHON) scripts/run-tests.py --build $(BUILD) source

check-format:
	@scripts/check-format.sh

format:
	@scripts/check-format.sh --fix

asan tsan:
	@scripts/install-deps.sh test
	@$(PYTHON) scripts/run-tests.py --build build-$@ --sanitize $@ unit qtest boot

accept:
	@scripts/install-deps.sh test
	@scripts/accept/run.sh $(ISSUE)

# ARGS="--rounds 5 --ref qemu-system-aarch64 --ref newest"; see bench/run --help.
bench:
	@scripts/install-deps.sh bench
	@$(MAKE) --no-print-directory all
	@bench/run $(ARGS)

bench-boot:
	@scripts/install-deps.sh bench
	@$(MAKE) --no-print-directory all
	@bench/boot $(ARGS)

bench-startup:
	@scripts/install-deps.sh bench
	@$(MAKE) --no-print-directory all
	@bench/startup $(ARGS)

clean:
	rm -rf build build-asan build-tsan build-fuzz
