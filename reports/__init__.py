"""How we are doing: what the rows of all the others add up to."""
