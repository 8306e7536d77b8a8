-- What an event writes is on the way to its message: every index is a page more in that commit.

-- Hosts are looked for in memory.
drop index host_name;
-- Ids sort by creation: what began or was made since a moment is found by them.
drop index alert_opened;
-- Per receiver there is one.
drop index delivery_created;
-- Notifications have the same.
drop index delivery_alert;

-- Of what is under way only that of one alert and receiver is asked for; all of it is little.
drop index delivery_leased;
create index delivery_leased on delivery (alert_id, receiver_id) where state = 'leased';

-- Rows that are nothing but their key and a few numbers live in the index itself. PostgreSQL has no such tables.
create table alert_timer_new (
    alert_id bigint not null references alert (id) on delete cascade,
    rule_id bigint not null,
    last_commit_at_ms bigint not null,
    -- own, opening, joined: what the moment stands for
    basis text not null,
    primary key (alert_id, rule_id)
) without rowid;
insert into alert_timer_new select alert_id, rule_id, last_commit_at_ms, basis from alert_timer;
drop table alert_timer;
alter table alert_timer_new rename to alert_timer;

create table alert_told_new (
    alert_id bigint not null references alert (id) on delete cascade,
    receiver_id bigint not null,
    rule_id bigint not null,
    urgency bigint,
    last_at_ms bigint not null,
    recovery boolean not null,
    primary key (alert_id, receiver_id)
) without rowid;
insert into alert_told_new select alert_id, receiver_id, rule_id, urgency, last_at_ms, recovery from alert_told;
drop table alert_told;
alter table alert_told_new rename to alert_told;
