"""The layers as pages for people: accessible HTML with a small map, without scripts and without the internet."""
