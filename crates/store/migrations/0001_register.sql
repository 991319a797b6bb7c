-- The register of persons, institutions and staff; credentials, channels, logins and bindings.
-- Columns are BIGINT, TEXT, BOOLEAN or BYTEA. *_sealed columns are encrypted fields, *_index columns blind indexes.

CREATE TABLE institution (
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('hospital', 'pharmacy')),
    level TEXT NOT NULL,
    region TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    access_key TEXT,
    secret_key_sealed BYTEA,
    PRIMARY KEY (code),
    UNIQUE (access_key),
    CHECK ((access_key IS NULL) = (secret_key_sealed IS NULL))
);

CREATE TABLE staff (
    institution_code TEXT NOT NULL REFERENCES institution (code),
    staff_no TEXT NOT NULL,
    name_sealed BYTEA NOT NULL,
    password_hash TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    failures BIGINT NOT NULL CHECK (failures >= 0),
    locked_until BIGINT,
    PRIMARY KEY (institution_code, staff_no)
);

CREATE TABLE sign_in (
    institution_code TEXT NOT NULL,
    sign_no TEXT NOT NULL,
    operator TEXT NOT NULL,
    address TEXT NOT NULL,
    signed_in_at BIGINT NOT NULL,
    signed_out_at BIGINT,
    PRIMARY KEY (institution_code, sign_no)
);

CREATE TABLE person (
    person_id BYTEA NOT NULL CHECK (length(person_id) = 16),
    region TEXT NOT NULL,
    scheme TEXT NOT NULL,
    person_type TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'suspended', 'ended')),
    birth TEXT NOT NULL,
    insured_from TEXT NOT NULL,
    civil_servant BOOLEAN NOT NULL,
    gender TEXT NOT NULL CHECK (gender IN ('1', '2', '9')),
    ethnicity TEXT NOT NULL,
    employer TEXT,
    name_sealed BYTEA NOT NULL,
    id_number_sealed BYTEA NOT NULL,
    phone_sealed BYTEA,
    card_number_sealed BYTEA,
    PRIMARY KEY (person_id)
);

CREATE TABLE person_by_id_number (
    id_number_index BYTEA NOT NULL,
    person_id BYTEA NOT NULL,
    PRIMARY KEY (id_number_index)
);

CREATE TABLE person_by_phone (
    phone_index BYTEA NOT NULL,
    person_id BYTEA NOT NULL,
    PRIMARY KEY (phone_index, person_id)
);

CREATE TABLE person_by_card_number (
    card_number_index BYTEA NOT NULL,
    person_id BYTEA NOT NULL,
    PRIMARY KEY (card_number_index)
);

CREATE TABLE staff_read (
    person_id BYTEA NOT NULL,
    read_id BYTEA NOT NULL,
    institution_code TEXT NOT NULL,
    operator TEXT NOT NULL,
    subject TEXT NOT NULL,
    purpose TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, read_id)
);

CREATE TABLE credential (
    person_id BYTEA NOT NULL REFERENCES person (person_id),
    index_no BYTEA NOT NULL CHECK (length(index_no) = 16),
    level BIGINT NOT NULL CHECK (level IN (1, 2)),
    state TEXT NOT NULL CHECK (state IN ('active', 'suspended')),
    pin_hash TEXT NOT NULL,
    pin_failures BIGINT NOT NULL CHECK (pin_failures >= 0),
    pin_locked_until BIGINT,
    agreement_version TEXT NOT NULL,
    activated_at BIGINT NOT NULL,
    PRIMARY KEY (person_id)
);

CREATE TABLE channel_authorisation (
    handle BIGINT NOT NULL CHECK (handle >= 0 AND handle < 1000000000000),
    person_id BYTEA NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('authorised', 'unbound')),
    authorised_at BIGINT NOT NULL,
    unbound_at BIGINT,
    PRIMARY KEY (handle),
    CHECK ((state = 'unbound') = (unbound_at IS NOT NULL))
);

CREATE INDEX channel_authorisation_of_person ON channel_authorisation (person_id);

CREATE TABLE insured_account (
    phone_index BYTEA NOT NULL,
    phone_sealed BYTEA NOT NULL,
    person_id BYTEA,
    created_at BIGINT NOT NULL,
    check_failures BIGINT NOT NULL CHECK (check_failures >= 0),
    check_locked_until BIGINT,
    PRIMARY KEY (phone_index)
);

CREATE INDEX insured_account_of_person ON insured_account (person_id) WHERE person_id IS NOT NULL;

CREATE TABLE session (
    token_digest BYTEA NOT NULL CHECK (length(token_digest) = 32),
    kind TEXT NOT NULL CHECK (kind IN ('insured', 'staff')),
    subject TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (token_digest)
);

CREATE INDEX session_of_subject ON session (kind, subject);

CREATE INDEX session_by_expiry ON session (expires_at);

CREATE TABLE sms_challenge (
    phone_index BYTEA NOT NULL,
    sequence BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    digest BYTEA NOT NULL,
    sent_at BIGINT NOT NULL,
    failures BIGINT NOT NULL CHECK (failures >= 0),
    used BOOLEAN NOT NULL,
    PRIMARY KEY (phone_index, sequence)
);

CREATE TABLE bank_binding (
    person_id BYTEA NOT NULL REFERENCES person (person_id),
    sequence BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'open', 'closed')),
    channel TEXT NOT NULL,
    channel_order TEXT NOT NULL,
    card_number_sealed BYTEA NOT NULL,
    phone_sealed BYTEA NOT NULL,
    token_sealed BYTEA,
    card_tail TEXT NOT NULL,
    bank TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    opened_at BIGINT,
    closed_at BIGINT,
    PRIMARY KEY (person_id, sequence),
    CHECK (state <> 'open' OR token_sealed IS NOT NULL)
);

CREATE TABLE policy_version (
    version TEXT NOT NULL,
    content TEXT NOT NULL,
    loaded_at BIGINT NOT NULL,
    PRIMARY KEY (version)
);
