-- Signed links of messages that were used: each does its deed once. Rows go when the link would have expired anyway.

create table used_link (
    -- The random number of the notification that carried it.
    number bigint not null,
    deed text not null check (deed in ('acknowledge', 'silence')),
    used_at_ms bigint not null,
    until_ms bigint not null,
    primary key (number, deed)
);
create index used_link_until on used_link (until_ms);
