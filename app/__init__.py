"""The service around the mathematics: it takes questions, keeps answers and shows them."""
