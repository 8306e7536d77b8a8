-- Several notifications in one message, and the pace of receivers.

-- How long the first of several waits for others; 0: each goes as it comes.
alter table receiver_manner add column bundle_for_ms bigint not null default 0;
-- Messages a minute; null: as many as the channel bears.
alter table receiver_manner add column per_minute bigint;

create table receiver_pace (
    receiver_id bigint primary key references receiver (id) on delete cascade,
    -- What the pace goes by: each message moves it on by a step.
    mark_at_ms bigint not null,
    -- When the last message was claimed.
    last_at_ms bigint not null
);

-- The message that a delivery was a part of at its last attempt; its own id: it went alone.
alter table delivery add column bundle_id bigint;
