"""The HTTP door of progress, one module for each noun."""
