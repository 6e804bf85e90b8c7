"""Every table there is, for what concerns them all: migrations, backups, restores."""

from app.store import account_tables, best_plans, ledger_tables, tables, webhook_tables

MODULES = (tables, account_tables, best_plans, ledger_tables, webhook_tables)
"""Tables are known once their module is; who needs them all names this list."""
METADATA = tables.Table.metadata
