-- Programs that look after some host groups only, as people may.

-- Whether this token sees and does nothing beyond the groups below; without any group then nothing at all.
alter table api_token add column limited boolean not null default false;

create table api_token_group (
    token_id bigint not null references api_token (id) on delete cascade,
    group_id bigint not null references host_group (id) on delete cascade,
    primary key (token_id, group_id)
);
create index api_token_group_group on api_token_group (group_id);
