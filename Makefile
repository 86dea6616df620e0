# The commands of this repository; `make` alone lists them. deploy/local/install.py installs what they need.
.DEFAULT_GOAL := help
SHELL := /bin/bash
INSTALL := python3 deploy/local/install.py
BIN := .venv/bin
.PHONY: help run up down status logs demo test journeys lint fmt docs assets bench soak controls browser screens check-deploy images sbom compose compose-test security

help: ## List the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

run: ## Install what is missing and run the whole platform here; Ctrl-C stops it
	@$(INSTALL) run
up: ## The same in the background
	@$(INSTALL) up
down: ## Stop the stack that runs in the background
	@$(INSTALL) down
status: ## Which processes can work
	@$(INSTALL) status
logs: ## Follow the logs
	@$(INSTALL) logs
demo: ## Walk the sign-up guide against the running stack (or URL=gateway MAIL_URL=catcher)
	@$(INSTALL) demo
test: ## Install what is missing and run all tests on servers of their own (TEST_WORKERS=2)
	@$(INSTALL) test-tools
	@$(BIN)/python -m pytest -n $${TEST_WORKERS:-2} --dist loadfile
journeys: ## Only the tests through the gateway
	@$(INSTALL) test-tools
	@$(BIN)/python -m pytest tests/journeys
browser: ## Every page in Chromium: languages, colours, widths, states (takes minutes)
	@$(INSTALL) browser-tools
	@$(BIN)/python -m pytest -m browser tests/portal/browser/test_lighthouse.py
	@$(BIN)/python -m pytest -m browser -n 2 --dist loadfile --ignore-glob '*lighthouse.py' tests/portal/browser
screens: ## Pictures of every page into screens/; ONLY="home course" makes some (takes minutes)
	@$(INSTALL) browser-tools
	@$(BIN)/python -m tests.portal.browser.pictures $(ONLY)
lint: ## Style, types and architecture
	@$(INSTALL) lint-tools
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
fmt: ## Put code into its form
	@$(INSTALL) lint-tools
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
docs: ## Write the reference of events and of the API anew
	@$(INSTALL) lint-tools
	@$(BIN)/python docs/generate.py
assets: ## Build the portal's CSS and scripts anew (needs Node and npm)
	@bash portal/assets/build.sh
bench: ## Measure, each figure beside its limit
	@$(INSTALL) test-tools
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench.progress
	@$(BIN)/python -m tests.bench.progress_reports
	@$(BIN)/python -m tests.bench.community
soak: ## 10,000 people by one file, workers killed meanwhile (takes many minutes)
	@$(INSTALL) test-tools
	@$(BIN)/python -m tests.soak
controls: ## Break the code on purpose and see the tests go red
	@$(INSTALL) test-tools
	@$(BIN)/python -m tests.controls.run
check-deploy: ## Check images, manifests, alerts and dashboards, as far as can be without a cluster
	@python3 -m deploy.tools
security: ## Look for holes and secrets: bandit, semgrep, detect-secrets, each with a control (takes minutes)
	@python3 -m deploy.tools.security
images: ## Build all images with Docker (VERSION=..., REVISION=...), and their lists of parts
	@bash deploy/images.sh
	@python3 -m deploy.tools.sbom
sbom: ## The parts of each image by its lock, as CycloneDX files in .local/sbom
	@python3 -m deploy.tools.sbom
compose: ## Secrets, images, and the whole platform in containers; waits until it is healthy
	@bash deploy/compose.sh up
compose-test: ## With Docker and images: hardening, the demo, stopping each container, a rolling restart (takes minutes)
	@$(INSTALL) test-tools
	@$(BIN)/python -m pytest -m docker tests/deploy
