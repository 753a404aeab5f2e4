"""The student's desk: checks in the terminal, watching, hints, a backup for every reset. Runs wherever Python runs."""
