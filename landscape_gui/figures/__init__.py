"""Figures for papers, drawn by matplotlib from what a landscape file holds."""
