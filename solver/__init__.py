"""The mathematics: a landscape in, a plan out."""
