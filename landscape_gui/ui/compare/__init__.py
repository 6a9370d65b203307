"""Landscapes side by side: which ones, on which scale, and how they are linked."""
