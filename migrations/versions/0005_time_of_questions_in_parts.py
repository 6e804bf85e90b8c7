"""A question in parts passes through many hands: when its own time is over must be known to all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("parts", sa.Column("question_ends_at", sa.Double(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("parts", "question_ends_at")
