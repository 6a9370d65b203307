"""Figures and high-resolution pictures of what the window shows."""
