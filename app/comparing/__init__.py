"""Plans side by side: their columns on the map, their sites and norms, who gains and who loses."""
