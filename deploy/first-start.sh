#!/bin/sh
# On the database's first start: the role that the service connects as. It owns nothing, so row-level security holds for it.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 --set password="$PASSWORD" <<'SQL'
create role care_app login password :'password';
SQL
