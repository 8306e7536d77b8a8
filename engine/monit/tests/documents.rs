//! What is read from real agents' documents, written out in full: one of each kind of service, version and trouble.

mod common;

macro_rules! documents {
    ($($test:ident: $capture:literal)*) => {
        $(
            #[test]
            fn $test() {
                insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
                    insta::assert_snapshot!($capture, common::written_out(&common::document($capture)));
                });
            }
        )*
    };
}

documents! {
    started_with_nothing_checked_yet: "basic-0001-event-monit-65536-2"
    every_type_of_service_in_the_first_cycle: "basic-0002-status"
    stopped_with_every_type_of_service: "basic-0006-event-monit-65536-2"
    an_unmonitored_service: "control-0006-status"
    an_action_that_failed: "control-0067-event-lone-131072-2"
    services_not_checked_in_every_cycle: "every-0003-status"
    files_in_all_states: "files-0037-status"
    a_checksum_changed: "files-0010-event-sumchg-1-2"
    filesystems_nearly_full: "filesystem-0010-status"
    a_gzipped_status: "gzipped-0002-status"
    remote_hosts_with_pings_ports_and_certificates: "hosts-0022-status"
    the_agents_server_on_a_socket_or_without_credentials: "httpd-0011-status"
    a_reload: "instance-0013-event-a-512-1"
    passive_and_manual_services: "modes-0005-status"
    names_with_every_odd_character: "names-0025-status"
    a_name_in_latin_1: "names-0014-event-latin1-caf-512-1"
    a_name_that_looks_like_an_element: "names_lt-0002-event-a-b-c-512-1"
    network_links_under_load: "network-0010-event-wan0-134217728-1"
    a_process_that_cannot_be_started: "process-0007-event-nostart-4096-1"
    programs_with_hostile_output: "programs-0036-status"
    a_message_with_control_characters: "programs-0009-event-ctrl-2097152-1"
    a_message_with_the_end_of_cdata: "programs-0007-event-cdata-2097152-1"
    a_queued_event_that_comes_late: "queue-0009-event-a-512-1"
    two_limits_of_one_service: "resources-0064-event-pyd-2-1"
    a_system_over_its_limits: "system-0007-event-web1-example-org-2-1"
    an_empty_request: "urls-0016-status"
    version_5_2_5_with_a_ping_that_failed: "versions-5.2.5-0003-event-local-16384-1"
    version_5_2_5_with_a_requested_action: "versions-5.2.5-0024-event-a-131072-2"
    version_5_2_5_status: "versions-5.2.5-0011-status"
    version_5_10_status: "versions-5.10.0-0012-status"
    version_5_25_status: "versions-5.25.3-0008-status"
    version_5_35_status: "versions-5.35.3-0008-status"
}
