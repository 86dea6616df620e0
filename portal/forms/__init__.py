"""Forms: labels, hints and order; the API decides what is right, the form shows it."""
