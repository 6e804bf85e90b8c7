"""The API's routes, one module per noun; each takes, calls and gives."""
