"""What a landscape file holds, for other programs: tables, arrays, VTK, a page with a 3D view."""
