-- Filters that people keep under a name, each for the own eyes.

create table saved_view (
    id bigint primary key,
    account_id bigint not null references account (id) on delete cascade,
    name text not null,
    query text not null,
    created_at_ms bigint not null,
    unique (account_id, name)
);
