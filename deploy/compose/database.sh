#!/bin/bash
# One database host in a container: database.sh primary|standby. The role is of the first start only; afterwards it is what
# the data says, so that a promoted standby stays the primary.
set -euo pipefail
readonly role=$1 data=/var/lib/postgresql/data/pg
secret() { cat "/run/secrets/$1_password"; }

settings() {
  cp /etc/frontrow/postgresql.conf "$data/frontrow.conf"
  cat >"$data/local.conf" <<CONF
listen_addresses = '*'
cluster_name = '$(hostname)'
$1
CONF
}

make_primary() {
  initdb --pgdata="$data" --username=postgres --pwfile=/run/secrets/postgres_password --auth=scram-sha-256 \
    --data-checksums --encoding=UTF8 --locale=C.UTF-8 --no-instructions
  printf "include 'frontrow.conf'\ninclude 'local.conf'\n" >>"$data/postgresql.conf"
  cat >"$data/pg_hba.conf" <<HBA
local all         all                   scram-sha-256
host  all         all      127.0.0.1/32 scram-sha-256
host  all         all      samenet      scram-sha-256
host  replication replica  samenet      scram-sha-256
HBA
  settings ""
  # On a port of its own: the health check must not take this for the server that the standby may copy.
  pg_ctl start --pgdata="$data" --wait --silent --options="-c listen_addresses=127.0.0.1 -c port=5433"
  PGPASSWORD=$(secret postgres) psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --host=127.0.0.1 --port=5433 --username=postgres <<SQL
CREATE ROLE frontrow LOGIN PASSWORD '$(secret frontrow)';
CREATE ROLE replica LOGIN REPLICATION PASSWORD '$(secret replica)';
GRANT pg_monitor TO frontrow;
CREATE DATABASE frontrow OWNER frontrow;
SELECT pg_create_physical_replication_slot('standby');
SQL
  pg_ctl stop --pgdata="$data" --wait --silent
  # From the first start that others see, a commit waits for the standby.
  settings "synchronous_standby_names = 'FIRST 1 (standby)'"
}

make_standby() {
  local source="host=database-a user=replica application_name=standby password=$(secret replica)"
  pg_basebackup --pgdata="$data" --dbname="$source" --slot=standby --wal-method=stream --checkpoint=fast
  settings "primary_conninfo = '$source'
primary_slot_name = 'standby'
synchronous_standby_names = ''"
  chmod 0600 "$data/local.conf"
  touch "$data/standby.signal"
}

[ -e "$data/PG_VERSION" ] || "make_$role"
exec postgres -D "$data"
