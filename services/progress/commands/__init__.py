"""What progress can do: one function, one write and the events it causes."""
