"""The content of the course: a folder for each unit with its checks, hidden checks, misconceptions and hints."""
