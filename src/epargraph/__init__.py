"""A knowledge graph of EU medicine facts, each with the words it was read from."""
