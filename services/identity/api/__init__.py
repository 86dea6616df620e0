"""The HTTP door of identity: request, command or query, answer."""
