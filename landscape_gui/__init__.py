"""Landscape GUI: live loss landscapes of fine-tuned language models."""

__version__ = "0.1.0"
