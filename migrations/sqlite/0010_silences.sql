-- What each silence and downtime has held back, and those that are over.

-- The silence or downtime that the reason names; ids are unique over all tables.
alter table withheld add column suppressor_id bigint;
update withheld set suppressor_id = json_extract(reason, '$.by.id') where json_extract(reason, '$.because') = 'suppressed';
create index withheld_suppressor on withheld (suppressor_id) where suppressor_id is not null;

create index silence_end on silence (end_at_ms);
create index downtime_end on downtime (end_at_ms);
