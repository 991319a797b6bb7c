-- What commands write: the events of each person, and the tables from which the next command is decided.
-- Everything but event can be rebuilt from event. Where rows are only appended, the time-ordered identifier comes first.

CREATE TABLE benefit_account (
    person_id BYTEA NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    current_year BIGINT NOT NULL CHECK (current_year >= 0),
    previous_years BIGINT NOT NULL CHECK (previous_years >= 0),
    accumulators TEXT NOT NULL,
    chain_head BYTEA NOT NULL CHECK (length(chain_head) = 32),
    PRIMARY KEY (person_id)
);

CREATE TABLE event (
    person_id BYTEA NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    event_id BYTEA NOT NULL,
    decided_at BIGINT NOT NULL,
    action TEXT NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (person_id, version)
);

CREATE TABLE visit (
    visit_id BYTEA NOT NULL,
    person_id BYTEA NOT NULL,
    institution_code TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'cancelled')),
    began BIGINT NOT NULL,
    PRIMARY KEY (visit_id, person_id)
);

CREATE INDEX visit_of_institution ON visit (institution_code, visit_id);

CREATE TABLE visit_event (
    visit_id BYTEA NOT NULL,
    person_id BYTEA NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (visit_id, person_id, version)
);

CREATE TABLE settlement (
    settlement_id BYTEA NOT NULL,
    person_id BYTEA NOT NULL,
    version BIGINT NOT NULL,
    visit_id BYTEA NOT NULL,
    batch TEXT NOT NULL,
    order_id BYTEA NOT NULL,
    institution_code TEXT NOT NULL,
    reversal_of BYTEA,
    live BOOLEAN NOT NULL,
    settled BIGINT NOT NULL,
    total BIGINT NOT NULL,
    fund BIGINT NOT NULL,
    account BIGINT NOT NULL,
    cash BIGINT NOT NULL,
    hospital BIGINT NOT NULL,
    PRIMARY KEY (settlement_id, person_id),
    CHECK (total = fund + account + cash + hospital),
    CHECK (reversal_of IS NULL OR NOT live)
);

CREATE UNIQUE INDEX settlement_live ON settlement (visit_id, batch, person_id) WHERE live;

CREATE UNIQUE INDEX settlement_reversal ON settlement (reversal_of, person_id) WHERE reversal_of IS NOT NULL;

CREATE INDEX settlement_of_institution ON settlement (institution_code, settled);

CREATE TABLE payment_order (
    order_id BYTEA NOT NULL,
    person_id BYTEA NOT NULL,
    settlement_id BYTEA NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (order_id, person_id)
);

CREATE INDEX payment_order_unresolved ON payment_order (order_id) WHERE state IN ('paying', 'refunding');

CREATE TABLE payment_attempt (
    channel_order TEXT NOT NULL,
    person_id BYTEA NOT NULL,
    order_id BYTEA NOT NULL,
    PRIMARY KEY (channel_order, person_id)
);

CREATE TABLE posting (
    event_id BYTEA NOT NULL,
    person_id BYTEA NOT NULL,
    line BIGINT NOT NULL,
    account TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (event_id, person_id, line)
);

CREATE TABLE request (
    institution_code TEXT NOT NULL,
    operation TEXT NOT NULL,
    message_id TEXT NOT NULL,
    digest BYTEA,
    person_id BYTEA NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (institution_code, operation, message_id)
);

CREATE TABLE code_use (
    shown BIGINT NOT NULL,
    handle BIGINT NOT NULL,
    person_id BYTEA NOT NULL,
    institution_code TEXT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (shown, handle, person_id)
);

CREATE TABLE token (
    token_digest BYTEA NOT NULL CHECK (length(token_digest) = 32),
    person_id BYTEA NOT NULL,
    institution_code TEXT NOT NULL,
    business TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (token_digest, person_id)
);

CREATE TABLE outbox (
    event_id BYTEA NOT NULL,
    person_id BYTEA NOT NULL,
    line BIGINT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (event_id, person_id, line)
);
