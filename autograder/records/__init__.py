"""Marks as others keep them: nbgrader's gradebook and notebooks, CSV files, course systems."""
