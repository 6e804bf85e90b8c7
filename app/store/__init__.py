"""What the service remembers: tables, sessions, and one module per noun."""
