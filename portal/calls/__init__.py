"""One function, one API call; the only place where an API path is written."""
