"""One steered care type with capacities: which sites, and who goes where, by knapsacks, with areas undivided or not."""
