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
