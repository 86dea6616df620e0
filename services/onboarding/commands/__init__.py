"""What onboarding can do: one function, one write and the events it causes."""
