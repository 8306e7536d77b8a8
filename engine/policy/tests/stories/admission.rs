//! I4: hosts that wait, and hosts that are ignored.

use tocsin_policy::*;

use crate::script::story;

#[test]
fn i4_a_waiting_host_notifies_nobody_until_it_is_approved() {
    let world = story(
        "host web1
         pending web1
         policy default: every 30m to mail-ops
         at 0 fail web1/nginx
         at 1 change web1/passwd
         at 12 approve web1
         until 20",
        "12 P web1/nginx mail-ops",
    );
    assert_eq!(world.why(), ["0 web1 -: the host waits for approval", "1 web1 -: the host waits for approval"]);
}

#[test]
fn i4_a_waiting_host_is_never_down() {
    story("host web1\npending web1\npolicy default: every 30m to mail-ops\nat 0 last web1\nuntil 30", "");
}

#[test]
fn i4_ignoring_a_host_ends_its_alerts_for_those_who_know_of_them() {
    let world = story(
        "host web1
         policy default: every 30m to mail-ops
         at 0 fail web1/nginx
         at 5 ignore web1
         at 50 approve web1
         until 55",
        "0 P web1/nginx mail-ops
         5 V web1/nginx mail-ops
         50 P web1/nginx mail-ops",
    );
    assert_eq!(world.closings(), [CloseReason::Dismissed]);
}
