"""What is read in a browser: feedback for a student, the report on a class."""
