"""The links of the graph's names to other registries: mapping sets, and what proposes them."""
