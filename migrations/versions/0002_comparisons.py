"""Plans are laid side by side: a comparison remembers which runs, in which order."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comparisons",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("comparison_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_comparisons_workspaces")),
        sa.PrimaryKeyConstraint("workspace_id", "comparison_id", name=op.f("pk_comparisons")),
    )
    op.create_table(
        "comparison_runs",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("comparison_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "comparison_id"],
            ["comparisons.workspace_id", "comparisons.comparison_id"],
            name=op.f("fk_comparison_runs_comparisons"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"], ["runs.workspace_id", "runs.run_id"], name=op.f("fk_comparison_runs_runs")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "comparison_id", "position", name=op.f("pk_comparison_runs")),
    )
    with op.batch_alter_table("comparison_runs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_comparison_runs_workspace_id_run_id"), ["workspace_id", "run_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("comparison_runs")
    op.drop_table("comparisons")
