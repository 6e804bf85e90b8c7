"""The twin that trusts no solver: every rule, objective and behaviour stated a second time from the plain tables."""
