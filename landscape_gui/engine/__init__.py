"""Measures: places weights in a model and evaluates it. Nothing here may import Qt.

``events`` and ``host`` import no torch, so that the window can start an engine without loading it.
"""
