"""Large models of steered patients, decided with prices: aggregated areas for plans, a Lagrangian bound at full size."""
