//! The rules of the engine, told as rehearsals: each file in `tests/rehearsals` has the complete list of notifications
//! that its rule demands, written from the rule and not from what the engine says. The examples of the docs are played
//! as well.

use std::path::{Path, PathBuf};

use tocsin::cli::rehearse::rehearse;
use tocsin::rehearse::{Pace, Scene, Script, Wanted, differences, parse, play};

/// The first line of a file whose operator asks for what cannot be done.
const REFUSED: &str = "# An action of it is refused.";
const WHY: Wanted = Wanted { why: true, json: false };

fn block_on<T>(playing: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(playing)
}

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(folder);
    let entries = std::fs::read_dir(folder).expect("a folder of rehearsals").flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    files
}

fn scene(file: &Path) -> Scene {
    let text = std::fs::read_to_string(file).expect("a rehearsal");
    parse(&text).unwrap_or_else(|complaints| panic!("{}: {complaints:?}", file.display()))
}

fn played(scene: &Scene, pace: Pace) -> Script {
    block_on(play(scene, pace, WHY)).expect("played to its end")
}

fn lines(script: &Script) -> Vec<String> {
    script.lines.iter().map(|line| line.text()).collect()
}

/// Plays every file of a folder; each must have an expected list, and be as expected.
fn all_as_expected(folder: &str, fewest: usize) {
    let files = files(folder);
    assert!(files.len() >= fewest, "{} rehearsals were found in {folder}", files.len());
    let mut wrong = Vec::new();
    for file in files {
        let scene = scene(&file);
        let expected = scene.expected.clone().unwrap_or_else(|| panic!("{} expects nothing at all", file.display()));
        let script = played(&scene, Pace::Quick);
        let differences = differences(&expected, &script);
        let may_refuse = std::fs::read_to_string(&file).is_ok_and(|text| text.starts_with(REFUSED));
        if !differences.is_empty() || may_refuse == script.refused.is_empty() {
            wrong.push(format!("{}: {:?}\n{}", file.display(), script.refused, differences.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "- expected, + sent\n{}", wrong.join("\n"));
}

#[test]
fn every_rule_does_what_it_says() {
    all_as_expected("tests/rehearsals", 90);
}

/// Written from the specification alone, by people who had not seen the engine.
#[test]
fn the_rules_hold_where_they_meet() {
    all_as_expected("tests/rehearsals/policies-and-timing", 165);
    all_as_expected("tests/rehearsals/suppression-and-liveness", 190);
}

/// Each suppressor with a first notice, a reminder and a recovery, with each kind of edit, and with an engine that stops.
#[test]
fn suppressors_hold_with_notices_edits_and_stops() {
    all_as_expected("tests/rehearsals/pairings", 52);
}

#[test]
fn the_examples_of_the_docs_are_true() {
    all_as_expected("../../docs/rehearsals", 4);
}

/// What the quick way leaves out would have changed nothing.
#[test]
fn taking_unchanged_check_ins_for_granted_gives_the_same_lines() {
    for file in files("tests/rehearsals") {
        let scene = scene(&file);
        if scene.until.0 > 60 * 60_000 {
            continue;
        }
        let (quick, slow) = (played(&scene, Pace::Quick), played(&scene, Pace::EveryCheckIn));
        assert_eq!(lines(&quick), lines(&slow), "{}", file.display());
    }
}

/// Twenty hosts, a check-in a minute: ten million of them, of which a handful are executed.
#[test]
fn a_year_is_played_from_one_matter_to_the_next() {
    let mut text =
        "policy default: every 3h to mail\ndowntime all weekly SUN 02:00 for 60m in Europe/Berlin\n".to_owned();
    for host in 0..20 {
        text += &format!("host host{host}\n");
    }
    for week in 0..52 {
        let (at, host) = (week * 7 * 24 * 60, week % 20);
        text += &format!("at {at} fail host{host}/disk\nat {} ok host{host}/disk\n", at + 200);
    }
    let scene = parse(&format!("{text}until 525600")).expect("a year");
    let script = played(&scene, Pace::Quick);
    assert_eq!(script.sent().count(), 3 * 52, "a problem, a reminder and a recovery each week");
    assert!(script.instants < 1_000, "{} instants were played", script.instants);
}

#[test]
fn what_was_due_and_not_sent_is_told_with_its_reason() {
    let scene = parse(
        "host web1\npolicy default: urgency 1 to mail\npolicy service web1/disk: mute\ndowntime host web1 from 3 to 9\n\
         at 0 fail web1/nginx\nat 0 fail web1/disk\nat 9 ok web1/nginx\n",
    )
    .expect("a scene");
    let expected = [
        "0 - web1/disk service:web1/disk  # muted by the policy of service web1/disk (service tier)",
        "0 P web1/nginx mail  # first notice, by the default policy (default tier)",
        "5 - web1/nginx default/1  # downtime “1: host web1 from 3 to 9” until 9",
        "9 V web1/nginx mail  # told of the problem before, and now: recovered",
    ];
    assert_eq!(lines(&played(&scene, Pace::Quick)), expected);
}

/// Runs the command on texts; the exit status, what it printed, and what it complained about.
fn typed(texts: &[(&str, &str)], wanted: Wanted) -> (u8, String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |(name, text): &(&str, &str)| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).expect("a file");
        file
    };
    let files: Vec<PathBuf> = texts.iter().map(write).collect();
    let (mut out, mut complaints) = (Vec::new(), Vec::new());
    let code = block_on(rehearse(&files, wanted, &mut out, &mut complaints)).expect("memory can be written");
    let short =
        |bytes: Vec<u8>| String::from_utf8(bytes).expect("text").replace(&format!("{}/", folder.path().display()), "");
    (code, short(out), short(complaints))
}

const GOOD: &str = "host web1\npolicy default: urgency 1 to mail\nat 0 fail web1/nginx\nuntil 4\n\
                    expect\n0 P web1/nginx mail\nend\n";

#[test]
fn one_file_is_printed_in_full() {
    let (code, out, complaints) = typed(&[("good.txt", GOOD)], Wanted::default());
    let line = "0 P web1/nginx mail  # first notice, by the default policy (default tier)\n";
    assert_eq!((code, out.as_str(), complaints.as_str()), (0, line, ""));
}

#[test]
fn several_files_are_judged_and_differences_shown() {
    let bad = GOOD.replace("0 P web1", "1 P web1");
    let (code, out, _) = typed(&[("good.txt", GOOD), ("bad.txt", &bad)], Wanted::default());
    let shown = "ok good.txt\nFAIL bad.txt\n\
                 + 0 P web1/nginx mail  # first notice, by the default policy (default tier)\n- 1 P web1/nginx mail\n";
    assert_eq!((code, out.as_str()), (1, shown));
}

#[test]
fn a_slip_is_named_with_its_line_and_nothing_is_played() {
    let (code, out, complaints) = typed(&[("good.txt", GOOD), ("slip.txt", "host a\n\nhots b\n")], Wanted::default());
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(complaints, "slip.txt:3: “hots” begins no statement\n");
}

#[test]
fn what_is_refused_on_the_way_is_said() {
    let text = "host web1\npolicy default: urgency 1 to mail\nat 0 ack web1/nginx 60m\n";
    let (code, out, complaints) = typed(&[("one.txt", text)], Wanted::default());
    assert_eq!((code, out.as_str()), (0, ""));
    assert_eq!(complaints, "one.txt:3: refused, and nothing happens: it has no open alert at this instant\n");
}

#[test]
fn json_holds_the_whole_chain() {
    let text = "host web1 in web\npolicy default: urgency 1 to mail\npolicy group web: urgency 2 to chat\n\
                at 0 silence web1 15m\nat 1 fail web1/nginx\nuntil 15\n";
    let (code, out, _) = typed(&[("one.txt", text)], Wanted { why: true, json: true });
    let lines: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str(line).expect("a line of json")).collect();
    assert_eq!((code, lines.len()), (0, 2));
    assert_eq!((&lines[0]["kind"], &lines[0]["rule"]), (&"-".into(), &"group:web/1".into()));
    assert_eq!((&lines[0]["tier"], &lines[0]["policy"]), (&"group".into(), &"group:web".into()));
    assert_eq!(lines[0]["suppressor"]["suppressor"], "silence");
    assert_eq!(lines[0]["suppressor"]["until"], "15");
    assert_eq!((&lines[1]["kind"], &lines[1]["receiver"]), (&"P".into(), &"chat".into()));
    assert_eq!((&lines[1]["tier"], &lines[1]["policy"]), (&"group".into(), &"group:web".into()));
    let standings: Vec<&str> =
        lines[1]["tiers"].as_array().expect("tiers").iter().filter_map(|tier| tier["standing"].as_str()).collect();
    assert_eq!(standings, ["has no policy", "has no policy", "decides", "overridden by the group tier"]);
}
