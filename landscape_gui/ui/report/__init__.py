"""The report of open landscapes, made by another process and shown in a window."""
