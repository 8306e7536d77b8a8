-- Rules that were taken out of their policy while open alerts count from them: should one come back, its timers go on.
create table retired_rule (
    rule_id bigint primary key,
    target text not null,
    -- json list of receiver ids
    receivers text not null,
    retired_at_ms bigint not null
);
create index retired_rule_target on retired_rule (target);
