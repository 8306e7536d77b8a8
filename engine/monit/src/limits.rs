//! How much of everything the reader accepts. Each bound lies well above what real agents send, so that meeting one
//! means a damaged or hostile document; it ends in a sentence, never in a crash or in unbounded memory.

/// Bytes of a document after inflating. Two thousand plain services make just under one MiB in every single event.
pub const MAX_DOCUMENT_BYTES: usize = 16 * 1024 * 1024;

/// Bytes searched for the root element: the XML declaration and a byte order mark need fewer than a hundred.
pub const MAX_PROLOGUE_BYTES: usize = 1024;

/// Bytes of the agent's id: the agent itself keeps it in a buffer of this size.
pub const MAX_ID_BYTES: usize = 64;

/// Bytes of a name (service, group, host): the agent's own parser stops at some 255.
pub const MAX_NAME_BYTES: usize = 1024;

/// Bytes of a path, user name, password, cron line or other short text: the longest path of common systems.
pub const MAX_SHORT_TEXT_BYTES: usize = 4096;

/// Bytes kept of a long text: an event's message or a program's output. Longer ones are cut, not refused: agents may
/// be told to send a megabyte of output, and losing an alert because of its text would be worse than a shorter text.
pub const MAX_LONG_TEXT_BYTES: usize = 64 * 1024;

/// Services in one document: five times the largest configuration that was tried with a real agent.
pub const MAX_SERVICES: usize = 10_000;

/// Host groups of one agent: an admin types them by hand.
pub const MAX_HOST_GROUPS: usize = 1_000;

/// Service groups in one document: each group needs a member to be of use, so as many as services.
pub const MAX_SERVICE_GROUPS: usize = 10_000;

/// Memberships over all service groups of a document: ten groups for each of the most services.
pub const MAX_GROUP_MEMBERS: usize = 100_000;

/// Service names holding `</service>` that are remembered to read group members and events: each costs one
/// comparison for every member, and nobody but a tester writes even one.
pub const MAX_MARKUP_NAMES: usize = 32;

/// Values of one service: a hundred connection tests have about eight each.
pub const MAX_VALUES: usize = 1_000;

/// Depth of elements inside a service: the agent uses four (`link`, `download`, `packets`, `now`).
pub const MAX_DEPTH: usize = 8;

/// Bytes of an element's name inside a service: four times the longest. Each value repeats those of its parents.
pub const MAX_ELEMENT_NAME_BYTES: usize = 64;
