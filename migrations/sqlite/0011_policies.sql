-- Who saved a policy last, for the other who edits it at the same time.
alter table policy add column updated_by text not null default '';

-- Playing the last days once more looks for alerts by their beginning.
create index alert_opened on alert (opened_at_ms);
