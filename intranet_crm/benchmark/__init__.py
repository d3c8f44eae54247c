"""``scripts/bench``: how long the server takes for a page, and how many sheets it makes a minute."""
