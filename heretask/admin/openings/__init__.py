"""Who has opened a citizen: the question with its answer by person, and the letter that tells the citizen."""
