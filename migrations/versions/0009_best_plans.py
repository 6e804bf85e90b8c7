"""Who watches a run wants to see the best plan so far on a map."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "best_plans",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("offers", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"],
            ["runs.workspace_id", "runs.run_id"],
            name=op.f("fk_best_plans_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "run_id", name=op.f("pk_best_plans")),
    )


def downgrade() -> None:
    op.drop_table("best_plans")
