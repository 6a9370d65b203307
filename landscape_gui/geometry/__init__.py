"""NumPy only: where points lie, and what a surface means."""
