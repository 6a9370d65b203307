"""Playing the trajectory and the growth of a surface, and exporting both as pictures that move."""
