"""The map: data packages in and out, made-up regions, and the layers of a plan."""
