# The commands of the project. A recipe that needs logic lives in scripts/.

# The pinned compiler under the name it has on this machine; empty when rustup needs no help.
RUSTUP_TOOLCHAIN ?= $(shell scripts/toolchain)
ifneq ($(RUSTUP_TOOLCHAIN),)
export RUSTUP_TOOLCHAIN
else
unexport RUSTUP_TOOLCHAIN
endif

# How long `make fuzz` runs each target.
FUZZ_SECONDS ?= 20

.DEFAULT_GOAL := help
.PHONY: help setup console demo test openapi readme sdk test-console lint fmt bench audit fuzz

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

setup: ## Install what building and testing need
	@scripts/setup

console: ## Build the console, which the next build of the server takes into the binary
	@scripts/console

demo: ## Build Mainstay and serve the Todo application with seeded data
	@scripts/demo

test: ## Run every test and end with one line that counts them
	@scripts/test

openapi: ## Check the OpenAPI document and the server that it describes against each other
	@scripts/test-openapi

readme: ## Run the commands of the README and compare what they answer
	@scripts/test-readme

sdk: ## Build the client for TypeScript and test it against the real server
	@scripts/test-sdk

test-console: ## Test the console, in a real browser against the real server
	@scripts/test-console

lint: ## Check formatting, lints, documentation and the repository itself
	cargo fmt --all --check
	@scripts/one-build
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --locked
	cargo xtask check
	@scripts/lint-sdk
	@scripts/lint-console

fmt: ## Format the code
	cargo fmt --all
	scripts/node-packages sdk/typescript && npm --prefix sdk/typescript run --silent format
	scripts/node-packages console && npm --prefix console run --silent format
	scripts/node-packages e2e && npm --prefix e2e run --silent format

bench: ## Measure Mainstay side by side with its peers
	cargo run --release --locked --package mainstay-bench

audit: ## Check dependencies for advisories, licences and sources (needs cargo-deny)
	@scripts/audit

fuzz: ## Run each fuzz target for FUZZ_SECONDS
	@scripts/fuzz $(FUZZ_SECONDS)
