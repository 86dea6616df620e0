"""What community can do, by noun."""
