-- How receivers are spoken to, and that somebody has taken an alert over.

create table receiver_manner (
    receiver_id bigint primary key references receiver (id) on delete cascade,
    -- Whether it hears that an alert was acknowledged of which it was told.
    tells_acknowledged boolean not null,
    -- Its own words; null: the built-in ones.
    title_template text,
    text_template text
);

-- A check cannot be altered, and a table to which others refer is not made anew lightly: with foreign keys on, dropping
-- the old one would delete its deliveries. What is on the disk stays the same, so the text of the table is changed, as
-- SQLite's documentation of ALTER TABLE describes it for this case (section 7).
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '''recovery'', ''test'')', '''recovery'', ''acknowledged'', ''test'')')
    where type = 'table' and name = 'notification';
pragma writable_schema = reset;
