-- Everything tocsin keeps. Moments are milliseconds since 1970 UTC (`…_at_ms`), the agent's own clock is in
-- microseconds (`collected_us`), ids are numbers given by the program, json is text. One text, two databases: the
-- PostgreSQL file differs in the types blob and integer only.

create table instance (
    name text primary key,
    value text not null
);

-- Hosts and what their agents say.

create table host_group (
    id integer primary key,
    name text not null unique,
    priority bigint not null,
    created_at_ms bigint not null
);

create table host (
    id integer primary key,
    agent_id text not null unique,
    name text not null,
    admission text not null check (admission in ('pending', 'approved', 'ignored', 'blocked')),
    -- Raised with every change of the host, its services or its alerts: a cached copy is current only while this is.
    version bigint not null,
    incarnation bigint not null,
    agent_version text not null,
    platform text not null,
    shares_bits boolean not null,
    poll_ms bigint not null,
    start_delay_ms bigint not null,
    missed_cycles bigint,
    first_seen_at_ms bigint not null,
    last_seen_at_ms bigint,
    last_address text not null,
    stopped_at_ms bigint,
    down_since_ms bigint,
    twin text,
    region text not null,
    environment text not null,
    -- The newest document as it came (gzip or plain): the current values of all services.
    document blob,
    document_at_ms bigint
);
create index host_name on host (name);

create table host_label (
    host_id bigint not null references host (id) on delete cascade,
    name text not null,
    value text not null,
    primary key (host_id, name)
);

create table host_group_member (
    host_id bigint not null references host (id) on delete cascade,
    group_id bigint not null references host_group (id) on delete cascade,
    primary key (host_id, group_id)
);
create index host_group_member_group on host_group_member (group_id);

create table service (
    host_id bigint not null references host (id) on delete cascade,
    name text not null,
    position bigint not null,
    kind bigint not null,
    monitor bigint not null,
    status bigint not null,
    status_hint bigint not null,
    collected_us bigint not null,
    alerting bigint not null,
    clear_since_us bigint not null,
    primary key (host_id, name)
);

create table event (
    id integer primary key,
    host_id bigint not null references host (id) on delete cascade,
    service text not null,
    event_id bigint not null,
    state bigint not null,
    action bigint not null,
    message text not null,
    collected_us bigint not null,
    received_at_ms bigint not null,
    late boolean not null
);
-- The same event any number of times has the effect of once.
create unique index event_once on event (host_id, collected_us, service, event_id, state);

create table history (
    id integer primary key,
    host_id bigint not null references host (id) on delete cascade,
    service text,
    at_ms bigint not null,
    line text not null
);
create index history_host on history (host_id, at_ms);

-- Alerts and what their next notification depends on.

create table alert (
    id integer primary key,
    host_id bigint not null references host (id) on delete cascade,
    service text,
    kind text not null check (kind in ('problem', 'change')),
    opened_at_ms bigint not null,
    closed_at_ms bigint,
    close_reason text,
    message text not null,
    ack_by text,
    ack_note text,
    ack_at_ms bigint,
    ack_until_ms bigint
);
create index alert_host on alert (host_id, opened_at_ms);
create index alert_open on alert (host_id) where closed_at_ms is null;
create index alert_closed on alert (closed_at_ms) where closed_at_ms is not null;

create table alert_timer (
    alert_id bigint not null references alert (id) on delete cascade,
    rule_id bigint not null,
    last_commit_at_ms bigint not null,
    -- own, opening, joined: what the moment stands for
    basis text not null,
    primary key (alert_id, rule_id)
);

create table alert_told (
    alert_id bigint not null references alert (id) on delete cascade,
    receiver_id bigint not null,
    rule_id bigint not null,
    urgency bigint,
    last_at_ms bigint not null,
    recovery boolean not null,
    primary key (alert_id, receiver_id)
);

-- What was due and not sent, once for each due time and reason.
create table withheld (
    id integer primary key,
    alert_id bigint not null references alert (id) on delete cascade,
    rule_id bigint,
    due_at_ms bigint not null,
    at_ms bigint not null,
    reason text not null
);
create index withheld_alert on withheld (alert_id, at_ms);

-- What operators lay down.

create table urgency (
    level bigint primary key,
    interval_ms bigint not null
);

create table receiver (
    id integer primary key,
    name text not null unique,
    connector text not null,
    -- Sealed json: settings hold secrets.
    settings blob not null,
    -- Whether it may reach private addresses.
    private_network boolean not null,
    enabled boolean not null,
    broken_at_ms bigint,
    broken_reason text,
    created_at_ms bigint not null,
    version bigint not null
);

create table receiver_kv (
    receiver_id bigint not null references receiver (id) on delete cascade,
    name text not null,
    value blob not null,
    expires_at_ms bigint,
    primary key (receiver_id, name)
);

create table policy (
    id integer primary key,
    tier text not null check (tier in ('service', 'host', 'group', 'default')),
    host_id bigint references host (id) on delete cascade,
    service text,
    group_id bigint references host_group (id) on delete cascade,
    -- `default`, `group:ID`, `host:ID` or `service:ID:NAME`: one policy for each target.
    target text not null unique,
    enabled boolean not null,
    mute boolean not null,
    version bigint not null,
    updated_at_ms bigint not null
);

create table policy_rule (
    id integer primary key,
    policy_id bigint not null references policy (id) on delete cascade,
    position bigint not null,
    urgency bigint,
    interval_ms bigint,
    after_ms bigint not null,
    recovery boolean not null,
    changes boolean not null,
    check ((urgency is null) <> (interval_ms is null))
);
create index policy_rule_policy on policy_rule (policy_id);

create table policy_rule_receiver (
    rule_id bigint not null references policy_rule (id) on delete cascade,
    receiver_id bigint not null references receiver (id),
    position bigint not null,
    primary key (rule_id, receiver_id)
);
create index policy_rule_receiver_receiver on policy_rule_receiver (receiver_id);

create table silence (
    id integer primary key,
    host_id bigint not null references host (id) on delete cascade,
    made_by text not null,
    note text not null,
    start_at_ms bigint not null,
    end_at_ms bigint not null,
    created_at_ms bigint not null
);
create index silence_host on silence (host_id, end_at_ms);

create table downtime (
    id integer primary key,
    title text not null,
    scope text not null check (scope in ('service', 'host', 'group', 'all')),
    host_id bigint references host (id) on delete cascade,
    service text,
    group_id bigint references host_group (id) on delete cascade,
    start_at_ms bigint not null,
    end_at_ms bigint not null,
    made_by text not null,
    created_at_ms bigint not null
);

create table approval_rule (
    id integer primary key,
    position bigint not null,
    -- Name of the host, `*` stands for any text.
    host_pattern text not null,
    -- Name of the agent account it reports with, `*` for any.
    account_pattern text not null,
    group_id bigint references host_group (id) on delete cascade
);

-- The outbox.

create table notification (
    id integer primary key,
    -- Null for a test message.
    alert_id bigint references alert (id) on delete cascade,
    receiver_id bigint not null references receiver (id) on delete cascade,
    rule_id bigint,
    kind text not null check (kind in ('problem', 'change', 'reminder', 'recovery', 'test')),
    urgency bigint,
    at_ms bigint not null,
    reason text not null,
    -- Everything the connector is told, as it was at the commit.
    content text not null
);
create index notification_alert on notification (alert_id, at_ms);

create table delivery (
    notification_id integer primary key references notification (id) on delete cascade,
    alert_id bigint,
    receiver_id bigint not null references receiver (id) on delete cascade,
    state text not null check (state in ('due', 'leased', 'delivered', 'superseded', 'dead')),
    -- 0 first: the highest urgency goes out first.
    rank bigint not null,
    attempts bigint not null,
    created_at_ms bigint not null,
    due_at_ms bigint not null,
    lease_owner text,
    lease_until_ms bigint,
    finished_at_ms bigint,
    -- What came back last, in words.
    detail text not null,
    -- What the far side called it: for threads and updates.
    handle text
);
create index delivery_due on delivery (receiver_id, due_at_ms) where state = 'due';
create index delivery_leased on delivery (lease_until_ms) where state = 'leased';
create index delivery_alert on delivery (alert_id, receiver_id);
create index delivery_receiver on delivery (receiver_id, created_at_ms);
create index delivery_created on delivery (created_at_ms);
-- At most one notification waits for each alert and receiver; beside it one attempt may be under way.
create unique index delivery_one_due on delivery (alert_id, receiver_id) where state = 'due';

create table attempt (
    id integer primary key,
    notification_id bigint not null references delivery (notification_id) on delete cascade,
    number bigint not null,
    started_at_ms bigint not null,
    took_ms bigint not null,
    -- delivered, retry, permanent, misconfigured, contained, lost (the process ended meanwhile)
    outcome text not null,
    detail text not null,
    handle text,
    -- json list of the component's log lines
    log text not null
);
create index attempt_notification on attempt (notification_id, number);

-- People, programs, agents.

create table account (
    id integer primary key,
    name text not null unique,
    password_hash text not null,
    role text not null check (role in ('viewer', 'operator', 'admin')),
    created_at_ms bigint not null,
    disabled boolean not null
);

create table session (
    -- SHA-256 of the cookie, hex
    token_hash text primary key,
    account_id bigint not null references account (id) on delete cascade,
    created_at_ms bigint not null,
    seen_at_ms bigint not null,
    address text not null,
    client text not null
);
create index session_account on session (account_id);

create table api_token (
    id integer primary key,
    name text not null unique,
    token_hash text not null unique,
    role text not null check (role in ('viewer', 'operator', 'admin')),
    created_at_ms bigint not null,
    used_at_ms bigint
);

create table agent_account (
    id integer primary key,
    name text not null unique,
    password_hash text not null,
    created_at_ms bigint not null,
    disabled boolean not null
);

create table rejected_check_in (
    id integer primary key,
    -- What, from where: repeats are counted, not listed again.
    fingerprint text not null unique,
    -- password, no-credentials, unreadable, too-large, twin, blocked
    reason text not null,
    detail text not null,
    address text not null,
    agent_id text,
    host_name text,
    account text,
    times bigint not null,
    first_at_ms bigint not null,
    last_at_ms bigint not null,
    body blob
);
create index rejected_check_in_last on rejected_check_in (last_at_ms);

create table audit (
    id integer primary key,
    at_ms bigint not null,
    actor text not null,
    action text not null,
    object text not null,
    detail text not null,
    address text not null
);
create index audit_at on audit (at_ms);
