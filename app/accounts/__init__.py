"""Who calls, and what they may do here: API keys, people from an identity provider, roles per workspace."""
