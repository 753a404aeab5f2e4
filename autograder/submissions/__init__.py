"""From files that somebody handed in to submissions: whose they are, and what of them counts."""
