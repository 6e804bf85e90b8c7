"""A court annulled a plan whose criteria appeared midway: a table needs to lock what it weighs before it sees results."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledgers",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("ledger_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("written", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("runs_before", sa.Integer(), nullable=True),
        sa.Column("locked_at", sa.Double(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_ledgers_workspaces")),
        sa.PrimaryKeyConstraint("workspace_id", "ledger_id", name=op.f("pk_ledgers")),
    )
    op.create_table(
        "run_ledgers",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("ledger_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"],
            ["runs.workspace_id", "runs.run_id"],
            name=op.f("fk_run_ledgers_runs"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "ledger_id"],
            ["ledgers.workspace_id", "ledgers.ledger_id"],
            name=op.f("fk_run_ledgers_ledgers"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "run_id", name=op.f("pk_run_ledgers")),
    )


def downgrade() -> None:
    op.drop_table("run_ledgers")
    op.drop_table("ledgers")
