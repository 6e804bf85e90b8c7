"""The concentration kernel: which sites of one care type stay, with patients who go to the nearest, searched by branching on cuts that are made when missed."""
