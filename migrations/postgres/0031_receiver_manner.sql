-- How receivers are spoken to, and that somebody has taken an alert over.

create table receiver_manner (
    receiver_id bigint primary key references receiver (id) on delete cascade,
    -- Whether it hears that an alert was acknowledged of which it was told.
    tells_acknowledged boolean not null,
    -- Its own words; null: the built-in ones.
    title_template text,
    text_template text
);

alter table notification drop constraint notification_kind_check;
alter table notification add constraint notification_kind_check
    check (kind in ('problem', 'change', 'reminder', 'recovery', 'acknowledged', 'test'));
