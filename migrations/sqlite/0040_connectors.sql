-- Connectors that admins install, beside those that ship with the program: kept here, so that every node has them.

-- One installed file. Several of one name stand side by side; receivers are pinned to one of them.
create table connector_version (
    -- SHA-256 of the file, in hexadecimal.
    digest text primary key,
    -- compiling: taken, not looked at yet; ready; refused: it is no connector
    state text not null check (state in ('compiling', 'ready', 'refused')),
    -- Why it was refused.
    refusal text,
    -- What it says of itself (json), once it is ready; its name once more, to be found by.
    name text,
    manifest text,
    -- json list of the interfaces that it imports
    imports text not null,
    file_bytes bigint not null,
    -- The minisign signature that came with it, and the public key that it was found good with.
    signature text,
    signed_with text,
    -- json of what an admin granted; null while nobody has decided.
    granted text,
    installed_at_ms bigint not null,
    installed_by text not null,
    version bigint not null
);
create index connector_version_name on connector_version (name, installed_at_ms);

-- Apart from the rest, since lists never want it.
create table connector_file (
    digest text primary key references connector_version (digest) on delete cascade,
    wasm blob not null
);

-- What is laid down for all versions of one name, those that ship with the program among them.
create table connector (
    name text primary key,
    disabled boolean not null,
    -- json of the limits that differ from what every connector may use
    limits text not null,
    version bigint not null
);

-- Keys of those whose connectors are known to be theirs.
create table publisher_key (
    id integer primary key,
    name text not null unique,
    public_key text not null unique,
    created_at_ms bigint not null
);

-- Null: the version that ships with the program, whichever that is.
alter table receiver add column connector_digest text references connector_version (digest);
