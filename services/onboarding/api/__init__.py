"""The HTTP door of onboarding: one module for each thing, each view one command or query."""
