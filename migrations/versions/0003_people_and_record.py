"""Care tables share a service: each needs to know who may enter, and to have every act on record for good."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROLE = "role in ('reader', 'planner', 'manager', 'auditor')"


def upgrade() -> None:
    op.create_table(
        "keys",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("secret_sha256", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("revoked_at", sa.Double(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.CheckConstraint(ROLE, name=op.f("ck_keys_role")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_keys_workspaces")),
        sa.PrimaryKeyConstraint("workspace_id", "key_id", name=op.f("pk_keys")),
        sa.UniqueConstraint("key_id", name=op.f("uq_keys_key_id")),
    )
    op.create_table(
        "memberships",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.CheckConstraint(ROLE, name=op.f("ck_memberships_role")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_memberships_workspaces")),
        sa.PrimaryKeyConstraint("workspace_id", "person", "role", name=op.f("pk_memberships")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_person"), ["person"], unique=False)

    op.create_table(
        "audit_lines",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("before_sha256", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_audit_lines_workspaces")),
        sa.PrimaryKeyConstraint("workspace_id", "number", name=op.f("pk_audit_lines")),
    )
    op.create_table(
        "audit_heads",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_audit_heads_workspaces")),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_audit_heads")),
    )
    op.execute(f"insert into audit_heads select workspace_id, 0, '{'0' * 64}' from workspaces")  # noqa: S608
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    for table in ("audit_heads", "audit_lines", "memberships", "keys"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function audit_refuses()")
        op.execute("drop function audit_moves_on()")


SQLITE = (
    *(
        f"create trigger audit_lines_no_{verb} before {verb} on audit_lines "
        "begin select raise(abort, 'the audit log is append-only'); end"
        for verb in ("update", "delete")
    ),
    "create trigger audit_lines_no_replace before insert on audit_lines "
    "when exists (select 1 from audit_lines where workspace_id = new.workspace_id and number = new.number) "
    "begin select raise(abort, 'the audit log is append-only'); end",
    "create trigger audit_heads_no_delete before delete on audit_heads "
    "begin select raise(abort, 'the audit log is append-only'); end",
    "create trigger audit_heads_move_on before update on audit_heads "
    "when new.workspace_id <> old.workspace_id or new.number <> old.number + 1 "
    "begin select raise(abort, 'the audit log is append-only'); end",
)
POSTGRESQL = (
    "create function audit_refuses() returns trigger language plpgsql as $$ "
    "begin raise exception 'the audit log is append-only'; end $$",
    "create function audit_moves_on() returns trigger language plpgsql as $$ begin "
    "if new.workspace_id <> old.workspace_id or new.number <> old.number + 1 then "
    "raise exception 'the audit log is append-only'; end if; return new; end $$",
    "create trigger audit_lines_never_change before update or delete on audit_lines "
    "for each row execute function audit_refuses()",
    "create trigger audit_lines_no_truncate before truncate on audit_lines execute function audit_refuses()",
    "create trigger audit_heads_no_delete before delete on audit_heads for each row execute function audit_refuses()",
    "create trigger audit_heads_no_truncate before truncate on audit_heads execute function audit_refuses()",
    "create trigger audit_heads_move_on before update on audit_heads for each row execute function audit_moves_on()",
)
