//! Documents that no XML reader accepts, or that agents of other versions write: each test tells one trait.

mod common;

use tocsin_monit::{Action, Event, EventId, Monitor, ParseError, Report, State, Version, limits, parse};

/// A document around services, groups and an event; `version` is the agent's.
fn document(version: &str, services: &str, rest: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><monit id=\"abc\" incarnation=\"1000\" version=\"{version}\">\
         <server><uptime>1</uptime><poll>30</poll><startdelay>0</startdelay><localhostname>web1</localhostname>\
         <controlfile>/etc/monitrc</controlfile></server><services>{services}</services>{rest}</monit>"
    )
}

/// A healthy file of this name, checked at second 2000.
fn service(name: &str) -> String {
    service_with(name, 0, 0, 1)
}

fn service_with(name: &str, status: u32, hint: u32, monitor: u32) -> String {
    format!(
        "<service name=\"{name}\"><type>2</type><collected_sec>2000</collected_sec><collected_usec>5</collected_usec>\
         <status>{status}</status><status_hint>{hint}</status_hint><monitor>{monitor}</monitor>\
         <monitormode>0</monitormode><pendingaction>0</pendingaction><size>1</size></service>"
    )
}

fn event(service: &str, second: i64, id: &str, action: u32, message: &str) -> String {
    format!(
        "<event><collected_sec>{second}</collected_sec><collected_usec>0</collected_usec><service>{service}</service>\
         <type>2</type>{id}<state>1</state><action>{action}</action><message><![CDATA[{message}]]></message></event>"
    )
}

fn read(document: &str) -> Report<'_> {
    parse(document.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

fn event_of<'a>(report: &'a Report<'_>) -> &'a Event<'a> {
    report.event.as_ref().expect("an event")
}

fn names<'a>(report: &'a Report<'_>) -> Vec<&'a str> {
    report.services.iter().map(|service| &*service.name).collect()
}

#[test]
fn names_holding_markup_are_read_in_groups_and_events() {
    let evil = ["a</service>b", "<![CDATA[x]]>", "R&D", "</monit>", "&#x0;", "x</service><service>y"];
    let services: String = evil.iter().map(|name| service(name)).collect();
    let members: String = evil.iter().map(|name| format!("<service>{name}</service>")).collect();
    for name in evil {
        let groups = format!("<servicegroups><servicegroup name=\"g>1\">{members}</servicegroup></servicegroups>");
        let document = document("5.33.0", &services, &(groups + &event(name, 1, "<id>512</id>", 2, "")));
        let report = read(&document);
        assert_eq!(names(&report), evil);
        assert_eq!(report.service_groups[0].name, "g>1");
        assert_eq!(report.service_groups[0].members, evil);
        assert_eq!(event_of(&report).service, name);
    }
}

#[test]
fn from_version_6_on_names_in_text_are_cdata() {
    let groups =
        "<servicegroups><servicegroup name=\"g\"><service><![CDATA[a]]></service></servicegroup></servicegroups>";
    let event = event("<![CDATA[a]]>", 1, "<id>512</id>", 2, "");
    let document = document("6.0.0", &service("a"), &(groups.to_owned() + &event));
    let report = read(&document);
    assert_eq!(report.service_groups[0].members, ["a"]);
    assert_eq!(event_of(&report).service, "a");
}

#[test]
fn from_version_6_1_on_services_list_errors_that_are_no_events() {
    let errors = "<errors><event id=\"43\" state=\"1\"></event></errors><size>";
    let services = service("a").replace("<size>", errors);
    let status = document("6.1.0", &services, "");
    assert_eq!(read(&status).event, None);
    assert_eq!(read(&status).services[0].values().len(), 1);

    let with_event = document("6.1.0", &services, &event("a", 1, "<id type=\"43\">2</id>", 1, "space"));
    let report = read(&with_event);
    assert_eq!((event_of(&report).id, event_of(&report).fine), (EventId::RESOURCE, Some(43)));
}

#[test]
fn host_groups_are_read() {
    let rest = "<hostgroups><name><![CDATA[a]]></name><name><![CDATA[b c]]></name></hostgroups>";
    assert_eq!(read(&document("5.35.3", "", rest)).host_groups, ["a", "b c"]);
}

#[test]
fn the_older_layout_is_read_too() {
    let document = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><monit><server><id>abc</id><incarnation>5</incarnation>\
        <version>5.33.0</version><uptime>1</uptime><poll>1</poll><localhostname>web1</localhostname></server>\
        <platform><name>Linux</name><version>#1</version></platform><service type=\"3\"><name>R&D</name>\
        <collected_sec>9</collected_sec><collected_usec>1</collected_usec><status>512</status><status_hint>0</status_hint>\
        <monitor>1</monitor><monitormode>0</monitormode><pendingaction>0</pendingaction></service>\
        <service type=\"2\"><name>b</name><status>0</status><monitor>1</monitor><size>4</size></service></monit>";
    let report = read(document);
    assert_eq!((&*report.id, report.incarnation, report.version), ("abc", 5, Version::new(5, 33, 0)));
    assert_eq!(names(&report), ["R&D", "b"]);
    assert_eq!(report.services[0].kind.name(), "process");
    assert_eq!(report.services[0].failed_bits(), 512);
    assert_eq!(report.services[1].values()[0].number(), Some(4.0));
}

#[test]
fn output_that_imitates_the_document_stays_output() {
    let output = "</output></service></services></monit><event><id>512</id></event>";
    let program =
        service("a").replace("<size>1</size>", &format!("<program><output><![CDATA[{output}]]></output></program>"));
    let document = document("5.33.0", &(program + &service("b")), "");
    let report = read(&document);
    assert_eq!(names(&report), ["a", "b"]);
    assert_eq!(report.services[0].values()[0].text(), Some(output));
    assert_eq!(report.event, None);
}

#[test]
fn a_second_document_behind_the_first_is_ignored() {
    let first = document("5.33.0", &service("a"), "");
    let both = first.clone() + &document("5.33.0", &service("b"), "");
    assert_eq!(names(&read(&both)), ["a"]);
    assert_eq!(names(&read(&(first + "rubbish < \" behind"))), ["a"]);
}

#[test]
fn unknown_elements_are_stepped_over() {
    let rest = "<cloud><zone>a</zone></cloud><fleet><![CDATA[</fleet></monit>]]></fleet>";
    assert_eq!(names(&read(&document("7.0", &service("a"), rest))), ["a"]);
}

#[test]
fn failed_and_changed_count_only_under_the_status_of_a_monitored_service() {
    let services = [
        service_with("failed", 512 + 64, 64, 1),
        service_with("fine", 0, 64, 1),
        service_with("unmonitored", 512, 0, 0),
        service_with("initializing", 512, 0, 2),
        service_with("waiting", 512, 0, 5),
        service_with("waiting for its first check", 0, 0, 6),
    ];
    let document = document("5.33.0", &services.concat(), "");
    let bits: Vec<_> = read(&document).services.iter().map(|it| (it.failed_bits(), it.changed_bits())).collect();
    assert_eq!(bits, [(512, 64), (0, 0), (0, 0), (0, 0), (512, 0), (0, 0)]);
    let last = read(&document).services.last().map(|it| (it.is_monitored(), it.is_initializing(), it.is_waiting()));
    assert_eq!(last, Some((false, true, true)));
    assert_eq!(read(&document).services[4].monitor, Monitor(5));
}

#[test]
fn an_event_is_late_when_its_service_was_checked_since() {
    let late = |second, id: &str, action, message: &str, name: &str| {
        read(&document("5.33.0", &service("a"), &event(name, second, id, action, message))).event_is_late()
    };
    assert!(!late(2001, "<id>512</id>", 2, "missing", "a"));
    assert!(late(1999, "<id>512</id>", 2, "missing", "a"));
    // The configuration was read at second 1000.
    assert!(!late(1000, "<id>65536</id>", 6, "Monit 5.33.0 started", "Monit"));
    assert!(late(999, "<id>65536</id>", 6, "Monit reloaded", "Monit"));
    assert!(late(1000, "<id>65536</id>", 3, "Monit 5.33.0 stopped", "Monit"));
    assert!(!late(1001, "<id>65536</id>", 3, "Monit 5.33.0 stopped", "Monit"));
}

#[test]
fn start_reload_and_stop_are_told_apart_and_a_service_called_monit_is_none_of_them() {
    let kinds = |id: &str, action, message: &str| {
        let document = document("5.33.0", &service("Monit"), &event("Monit", 2001, id, action, message));
        let report = read(&document);
        let event = event_of(&report);
        (event.is_start(), event.is_reload(), event.is_stop())
    };
    assert_eq!(kinds("<id>65536</id>", 6, "Monit 5.33.0 started"), (true, false, false));
    assert_eq!(kinds("<id>65536</id>", 6, "Monit reloaded"), (false, true, false));
    assert_eq!(kinds("<id>65536</id>", 3, "Monit stopped"), (false, false, true));
    assert_eq!(kinds("<id>512</id>", 3, "Monit stopped"), (false, false, false));
}

#[test]
fn numbers_of_later_agents_are_kept() {
    let services = service("a").replace("<type>2<", "<type>12<");
    let event = event("a", 1, "<id>512</id>", 99, "").replace("<state>1<", "<state>16<");
    let document = document("8.0", &services, &event);
    let report = read(&document);
    assert_eq!((report.services[0].kind.name(), report.services[0].kind.code()), ("unknown", 12));
    assert_eq!((event_of(&report).state, event_of(&report).action), (State::Other(16), Action::Other(99)));
}

#[test]
fn the_agents_password_is_read_and_never_shown() {
    let document = document("5.33.0", "", "").replace(
        "</server>",
        "<credentials><username>a<b>&c</username><password>pass</password>word</password></credentials></server>",
    );
    let report = read(&document);
    let credentials = report.server.credentials.as_ref().expect("credentials");
    assert_eq!((&*credentials.username, &*credentials.password), ("a<b>&c", "pass</password>word"));
    assert!(!format!("{report:?}").contains("pass<"));
}

#[test]
fn a_document_without_an_identity_is_refused() {
    for id in ["", "two words", "line\nbreak", &"x".repeat(65)] {
        let document = document("5.33.0", "", "").replace("id=\"abc\"", &format!("id=\"{id}\""));
        assert!(matches!(parse(document.as_bytes()), Err(ParseError::BadIdentity { .. })), "{id:?}");
    }
    let document = document("5.33.0", "", "").replace("id=\"abc\"", "");
    assert!(parse(document.as_bytes()).is_err_and(|error| error.to_string().contains("id is missing")));
}

#[test]
fn what_is_no_document_is_refused_with_a_sentence() {
    assert_eq!(parse(b""), Err(ParseError::Empty));
    assert_eq!(parse(b" \r\n"), Err(ParseError::Empty));
    assert_eq!(parse(b"<html><body>hello</body></html>"), Err(ParseError::NotMonit));
    assert_eq!(parse(b"<monitor/>"), Err(ParseError::NotMonit));
}

#[test]
fn a_service_whose_status_cannot_be_read_is_not_taken_for_healthy() {
    let garbled = document("5.33.0", &service("a").replace("<status>0", "<status>0x"), "");
    assert!(matches!(parse(garbled.as_bytes()), Err(ParseError::Unreadable { .. })));
    let missing = document("5.33.0", &service("a").replace("<status>0</status>", ""), "");
    assert_eq!(parse(missing.as_bytes()), Err(ParseError::Missing { what: "a service's status" }));
}

#[test]
fn more_than_is_reasonable_is_refused() {
    let too_many = document("5.33.0", &service("a").repeat(limits::MAX_SERVICES + 1), "");
    let error = parse(too_many.as_bytes()).expect_err("too many services");
    assert_eq!(error, ParseError::TooMany { what: "services", limit: limits::MAX_SERVICES });
    let too_long = document("5.33.0", &service(&"x".repeat(limits::MAX_NAME_BYTES + 1)), "");
    let error = parse(too_long.as_bytes()).expect_err("too long a name");
    assert_eq!(error, ParseError::TooLong { what: "a service's name", limit: limits::MAX_NAME_BYTES });
}

#[test]
fn a_long_message_is_cut_and_the_event_kept() {
    let document = document("5.33.0", &service("a"), &event("a", 1, "<id>512</id>", 2, &"é".repeat(100_000)));
    let message = event_of(&read(&document)).message.len();
    assert_eq!(message, limits::MAX_LONG_TEXT_BYTES);
}

/// Would take hours if anything were looked at again and again.
#[test]
fn megabytes_of_what_confuses_are_read_once() {
    let pieces = [
        "<![CDATA[",
        "<![CDATA[]]></x>",
        "</service>",
        "</status>",
        "<x>",
        "<x y=\"",
        "\"",
        "]]>",
        "]]></",
        " ",
        "9",
        "<",
    ];
    for piece in pieces {
        let much = piece.repeat(1_000_000 / piece.len());
        for place in ["<size>1</size>", "<status>0", "<service name=\"a", "<localhostname>web1", "</services>"] {
            let document = document("5.33.0", &service("a"), "").replacen(place, &format!("{place}{much}"), 1);
            if let Ok(report) = parse(document.as_bytes()) {
                assert!(report.services.iter().all(|service| service.values().len() <= limits::MAX_VALUES));
            }
        }
    }
}
