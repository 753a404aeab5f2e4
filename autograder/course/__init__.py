"""What everybody may know: the course's settings, units and exercises, the words and records of results."""
