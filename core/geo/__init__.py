"""Places on the ground: systems of coordinates, outlines. It knows no project."""
