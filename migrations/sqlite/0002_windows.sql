-- Recurring downtimes, and the hours in which a rule speaks.

-- When the window comes again, as JSON; null: once, from start_at_ms to end_at_ms. For a recurring one these say since
-- when it is planned, and when somebody ended it for good: 2305843009213693951 is never.
alter table downtime add column schedule text;

-- Days, hours and zone in which the rule may speak, as JSON; null: always.
alter table policy_rule add column active text;
