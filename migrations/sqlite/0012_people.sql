-- People who look after some host groups only, their authenticators, and tokens that may not do everything.

-- Whether this person sees and does nothing beyond the groups below; without any group then nothing at all.
alter table account add column limited boolean not null default false;

create table account_group (
    account_id bigint not null references account (id) on delete cascade,
    group_id bigint not null references host_group (id) on delete cascade,
    primary key (account_id, group_id)
);
create index account_group_group on account_group (group_id);

create table authenticator (
    account_id bigint primary key references account (id) on delete cascade,
    -- Sealed: whoever has it can make codes.
    secret blob not null,
    -- When a first code was typed; before it, none is asked for.
    confirmed_at_ms bigint,
    -- The last step whose code was taken: no code is taken twice.
    used_step bigint not null
);

create table recovery_code (
    account_id bigint not null references account (id) on delete cascade,
    -- Keyed fingerprint; the row goes when the code is used.
    code_hash text not null,
    primary key (account_id, code_hash)
);

-- What a token may do beside reading, as words with spaces; 'all' is everything that its role may.
alter table api_token add column areas text not null default 'all';
