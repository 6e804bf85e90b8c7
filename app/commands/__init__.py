"""The operators' commands: workspaces, keys, members, the audit log."""
