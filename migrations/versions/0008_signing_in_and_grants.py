"""People sign in with a browser, and show a plan to another care table for a while: both must be ended at once when told."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "login_sessions",
        sa.Column("secret_sha256", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("secret_sha256", name=op.f("pk_login_sessions")),
    )
    op.create_table(
        "grants",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("grant_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("to_workspace_id", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("revoked_at", sa.Double(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"],
            ["runs.workspace_id", "runs.run_id"],
            name=op.f("fk_grants_runs"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["to_workspace_id"], ["workspaces.workspace_id"], name="fk_grants_to_workspace"),
        sa.PrimaryKeyConstraint("workspace_id", "grant_id", name=op.f("pk_grants")),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grants_to_workspace_id"), ["to_workspace_id"], unique=False)


def downgrade() -> None:
    op.drop_table("grants")
    op.drop_table("login_sessions")
