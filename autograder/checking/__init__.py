"""How a check runs and speaks: comparisons, messages, hints, and the student as plain names of this process."""
