#!/usr/bin/env bash
# What bare SQL reaches for a transaction of the shape of a settlement, to hold our own figures against: lock a person's
# account, write a header, five lines and the number of the request, move the account, commit durably. It knows nothing
# of rules, ledger, audit or HTTP.
#
#   DATABASE_URL=… xtask/yardstick.sh [seconds] [clients]
#
# It needs psql and pgbench, which `cargo xtask postgres` puts on the path. Its tables live in a schema of their own, which is dropped at the end.
set -euo pipefail

seconds=${1:-20}
clients=${2:-16}
persons=1000000
database=${DATABASE_URL:?set DATABASE_URL, or run this by cargo xtask postgres -- xtask/yardstick.sh}

script=$(mktemp)
clean_up() {
    rm -f "$script"
    PGOPTIONS='--client-min-messages=warning' psql "$database" --quiet --command 'DROP SCHEMA IF EXISTS bare CASCADE' || true
}
trap clean_up EXIT

psql "$database" --quiet --set ON_ERROR_STOP=1 --set persons="$persons" <<'SQL'
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS bare CASCADE;
CREATE SCHEMA bare;
CREATE TABLE bare.account (person bigint PRIMARY KEY, borne bigint NOT NULL, fund bigint NOT NULL, balance bigint NOT NULL)
    WITH (fillfactor = 70);
INSERT INTO bare.account SELECT person, 0, 0, 10000000 FROM generate_series(1, :persons) AS person;
CREATE TABLE bare.header (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person bigint NOT NULL, institution int NOT NULL,
    total bigint NOT NULL, fund bigint NOT NULL, cash bigint NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON bare.header (institution, at);
CREATE TABLE bare.line (
    header bigint, place smallint, item int NOT NULL, quantity int NOT NULL, price bigint NOT NULL, in_scope bigint NOT NULL,
    PRIMARY KEY (header, place));
CREATE SEQUENCE bare.message;
CREATE TABLE bare.request (message bigint PRIMARY KEY, header bigint NOT NULL);
VACUUM ANALYZE bare.account;
SQL

cat >"$script" <<SQL
\\set person random(1, $persons)
\\set institution random(1, 2000)
\\set price random(500, 40000)
BEGIN;
SELECT borne, fund, balance FROM bare.account WHERE person = :person FOR UPDATE;
INSERT INTO bare.header (person, institution, total, fund, cash)
    VALUES (:person, :institution, 5 * :price, 3 * :price, 2 * :price) RETURNING id \\gset
INSERT INTO bare.line SELECT :id, place, place, 1, :price, :price FROM generate_series(1, 5) AS place;
INSERT INTO bare.request VALUES (nextval('bare.message'), :id);
UPDATE bare.account SET borne = borne + :price, fund = fund + 3 * :price, balance = balance - :price WHERE person = :person;
COMMIT;
SQL

pgbench "$database" --no-vacuum --protocol=prepared --file="$script" --client="$clients" --jobs=2 --time="$seconds" 2>/dev/null |
    grep -E '^(tps|latency average|number of failed)'
