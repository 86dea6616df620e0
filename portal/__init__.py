"""The web site people use; it knows only the gateway's public API, owns no data and decides nothing."""
