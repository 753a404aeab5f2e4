"""For authors: notebooks from solutions, traces for hints, the student's copy."""
