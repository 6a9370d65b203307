"""The window. Only this package imports Qt; it never imports torch."""
