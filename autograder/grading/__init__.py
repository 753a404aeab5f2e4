"""From submissions to marks: the judge, the batch, and the commands that run them."""
