"""The two-dimensional views: contour map, colour bar and curves."""
