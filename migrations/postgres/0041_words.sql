-- The words of messages: of bundles as a whole, and as they were sent.

-- A receiver's own words for a message that tells of several alerts; null: the built-in ones.
alter table receiver_manner add column bundle_title_template text;
alter table receiver_manner add column bundle_text_template text;

-- Title and text as they were sent, without signed links, where they were others than the built-in ones for this
-- notification alone. Of a message of several the first part has them.
alter table attempt add column title text;
alter table attempt add column text text;

-- The other parts of a message.
create index delivery_bundle on delivery (bundle_id) where bundle_id is not null;
