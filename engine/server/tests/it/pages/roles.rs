//! Roles are kept by the use cases themselves: a handler that forgot to ask would still change nothing.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde_json::json;
use tocsin::actor::{Actor, Area, Role};
use tocsin::app::App;
use tocsin::connectors::limits::Limits;
use tocsin::engine::UseCase;
use tocsin::engine::instance::Retention;
use tocsin::fault::{Fault, RefusalKind};
use tocsin::store::manner::Manner;
use tocsin::usecase::account::authenticator::RemoveAuthenticator;
use tocsin::usecase::account::{ChangeAccount, CreateAccount, EndSessions, Limit, ResetPassword};
use tocsin::usecase::acknowledge::{Acknowledge, Unacknowledge, Until};
use tocsin::usecase::agent_account::{CreateAgentAccount, DeleteAgentAccount, SetAgentPassword};
use tocsin::usecase::api_token::{CreateApiToken, DeleteApiToken};
use tocsin::usecase::connector::{
    AddPublisher, DecideGrants, InstallConnector, LimitConnector, MoveReceivers, RemoveConnector, RemovePublisher,
    SwitchConnector, Wanted,
};
use tocsin::usecase::deliver::{RetryDelivery, WithdrawDelivery};
use tocsin::usecase::downtime::{EndDowntime, ExtendDowntime, SaveDowntime};
use tocsin::usecase::group::{DeleteGroup, SaveGroup};
use tocsin::usecase::host::{Admit, DeleteHost, EditHost};
use tocsin::usecase::instance::{SaveAlerting, SaveInstance, SaveRetention};
use tocsin::usecase::manner::SaveManner;
use tocsin::usecase::policy::{DeletePolicy, SavePolicy, SaveUrgency, SayForm};
use tocsin::usecase::practice::{ClearPractice, RecoverPractice, StartPractice};
use tocsin::usecase::receiver::{DeleteReceiver, SaveReceiver, TestReceiver};
use tocsin::usecase::reject::ForgetRejected;
use tocsin::usecase::silence::{EndSilence, EndSilences, ExtendSilence, SilenceHost};
use tocsin::usecase::start::{DismissSteps, ProposeFirst};
use tocsin_policy::{
    Admission, AlertId, DowntimeId, DowntimeSchedule, GroupId, HostId, NoticeId, ReceiverId, Scope, SilenceId, Span,
    Target, Zone,
};

use super::world::{NOW, World};
use crate::tidy::files;

/// Runs a use case that this actor must not run.
async fn refuses<U: UseCase>(app: &App, name: &str, action: U) {
    match app.engine.run(action).await {
        Err(Fault::Refused(refusal)) => {
            assert_eq!(refusal.kind, RefusalKind::Forbidden, "{name}: {}", refusal.sentence)
        }
        Err(other) => panic!("{name} failed: {other}"),
        Ok(_) => panic!("{name} was done"),
    }
}

macro_rules! refused {
    ($app:expr, $($action:expr),* $(,)?) => {$(
        refuses($app, stringify!($action).split([' ', '{']).next().unwrap_or(""), $action).await;
    )*};
}

/// What operators do, by somebody who may not.
async fn operators_things(app: &App, actor: &Actor) {
    let a = || actor.clone();
    let (alert, host, note, length) = (AlertId(1), HostId(1), String::new(), "1h".to_owned());
    let (title, scope) = ("x".to_owned(), Scope::All);
    let schedule = DowntimeSchedule::Once { start: NOW, end: NOW + Span::hours(1) };
    refused!(
        app,
        Acknowledge { actor: a(), alert, until: Until::Recovery, note: note.clone() },
        Unacknowledge { actor: a(), alert },
        SilenceHost { actor: a(), host, length, note },
        EndSilences { actor: a(), host },
        EndSilence { actor: a(), id: SilenceId(1) },
        ExtendSilence { actor: a(), id: SilenceId(1), by: Span::hours(1) },
        SaveDowntime { actor: a(), title, scope, schedule },
        EndDowntime { actor: a(), id: DowntimeId(1) },
        ExtendDowntime { actor: a(), id: DowntimeId(1), by: Span::hours(1) },
        Admit { actor: a(), host, admission: Admission::Approved },
        EditHost {
            actor: a(),
            host,
            region: String::new(),
            environment: String::new(),
            labels: Vec::new(),
            groups: Vec::new(),
            missed_cycles: None
        },
        RetryDelivery { actor: a(), id: NoticeId(1) },
        WithdrawDelivery { actor: a(), id: NoticeId(1) },
        TestReceiver { actor: a(), id: ReceiverId(1) },
        ForgetRejected { actor: a(), id: 1 },
    );
}

/// What admins do, by somebody who may not.
async fn admins_things(app: &App, actor: &Actor) {
    let a = || actor.clone();
    let (name, password_hash) = ("x".to_owned(), String::new());
    let (target, receiver) = (Target::Default, ReceiverId(1));
    refused!(
        app,
        DeleteHost { actor: a(), host: HostId(1) },
        SavePolicy {
            actor: a(),
            target: target.clone(),
            enabled: true,
            say: SayForm::Mute,
            recognize: false,
            version: None
        },
        DeletePolicy { actor: a(), target },
        SaveUrgency { actor: a(), level: 1, interval: Span::minutes(5) },
        SaveGroup { actor: a(), id: None, name: name.clone(), priority: 1 },
        DeleteGroup { actor: a(), id: GroupId(1) },
        SaveReceiver {
            actor: a(),
            id: None,
            name: name.clone(),
            connector: "webhook".to_owned(),
            settings: json!({}),
            private_network: false,
            enabled: true,
            version: None,
            connectors: app.connectors.clone()
        },
        DeleteReceiver { actor: a(), id: receiver },
        CreateAccount {
            actor: a(),
            name: name.clone(),
            role: Role::Admin,
            password_hash: password_hash.clone(),
            limit: Limit::Everything
        },
        ChangeAccount { actor: a(), account: 1, role: Role::Admin, disabled: false, limit: Limit::AsItIs },
        ResetPassword { actor: a(), account: 1, password_hash },
        EndSessions { actor: a(), account: 1 },
        RemoveAuthenticator { actor: a(), account: 1, own: None },
        CreateAgentAccount { actor: a(), name: name.clone(), password: None },
        SetAgentPassword { actor: a(), id: 1, password: None },
        DeleteAgentAccount { actor: a(), id: 1 },
        CreateApiToken {
            actor: a(),
            name: name.clone(),
            role: Role::Admin,
            areas: Area::ALL.into(),
            limit: Limit::Everything,
            token: None
        },
        DeleteApiToken { actor: a(), id: 1 },
        SaveInstance { actor: a(), name, zone: Zone::utc(), public_url: String::new() },
        SaveAlerting {
            actor: a(),
            missed_cycles: 3,
            deadline_floor: Span::minutes(1),
            stop_alerts: true,
            acknowledge_for: None
        },
        SaveRetention { actor: a(), retention: Retention::default() },
        StartPractice { actor: a(), group: None },
        RecoverPractice { actor: a() },
        ClearPractice { actor: a(), arrived: false },
        ProposeFirst { actor: a(), receiver },
        DismissSteps { actor: a(), dismissed: true },
    );
    receivers_and_connectors(app, actor).await;
}

/// What admins do with the ways out, by somebody who may not.
async fn receivers_and_connectors(app: &App, actor: &Actor) {
    let a = || actor.clone();
    let (name, digest, connectors) = (|| "webhook".to_owned(), || "0".repeat(64), || app.connectors.clone());
    refused!(
        app,
        SaveManner { actor: a(), receiver: ReceiverId(1), manner: Manner::default() },
        InstallConnector::new(a(), Bytes::from_static(b"\0asm"), None),
        DecideGrants { actor: a(), digest: digest(), wanted: Wanted::default(), version: None },
        RemoveConnector { actor: a(), digest: digest() },
        MoveReceivers { actor: a(), name: name(), to: None, receivers: Vec::new(), connectors: connectors() },
        LimitConnector { actor: a(), name: name(), limits: Limits::default(), version: None, connectors: connectors() },
        SwitchConnector { actor: a(), name: name(), disabled: true, connectors: connectors() },
        AddPublisher { actor: a(), name: name(), key: String::new() },
        RemovePublisher { actor: a(), id: 1 },
    );
}

/// Use cases that ask for no role, and why.
const WITHOUT_A_ROLE: [(&str, &[&str]); 4] = [
    (
        "what tocsin does by itself",
        &[
            "CheckIn",
            "Reject",
            "Wake",
            "Flush",
            "Tidy",
            "Claim",
            "Record",
            "RecordAll",
            "RecordLook",
            "FreeLost",
            "SweepPractice",
            "Apply",
            "Issue",
            "Touch",
        ],
    ),
    ("what somebody shows a secret for", &["SetUp", "UseLink", "Begin", "TakeCode"]),
    (
        "what everybody does with the own account",
        &["End", "EndOthers", "ChangePassword", "BeginAuthenticator", "ConfirmAuthenticator", "NewRecoveryCodes"],
    ),
    ("what nobody else sees", &["KeepView", "ForgetView"]),
];

/// Whoever adds a use case says here who may not run it.
#[test]
fn every_use_case_is_tried_by_somebody_who_may_not_or_needs_no_role() {
    let tried = include_str!("roles.rs");
    let is_tried =
        |name: &str| [" {", "::new("].iter().any(|after| tried.contains(&format!("\n        {name}{after}")));
    let excepted = |name: &str| WITHOUT_A_ROLE.iter().any(|(_, names)| names.contains(&name));
    let (mut found, mut wrong) = (0, Vec::new());
    for (path, text) in files("engine/server/src/usecase", &[".rs"]) {
        for name in text.split("impl UseCase for ").skip(1).filter_map(|rest| rest.split(' ').next()) {
            found += 1;
            if is_tried(name) == excepted(name) {
                wrong.push(format!("{} in {}", name, path.display()));
            }
        }
    }
    assert!(found > 70, "{found}");
    assert!(wrong.is_empty(), "not tried without the right to it, or tried though it needs none: {wrong:#?}");
}

#[tokio::test]
async fn a_viewer_changes_nothing_and_an_operator_lays_nothing_down() {
    let (world, _) = World::set_up().await;
    let viewer = Actor::person("vera", Role::Viewer, "");
    operators_things(&world.app, &viewer).await;
    admins_things(&world.app, &viewer).await;
    admins_things(&world.app, &Actor::person("olga", Role::Operator, "")).await;
}

#[tokio::test]
async fn a_token_without_areas_only_reads_whatever_its_role() {
    let (world, _) = World::set_up().await;
    let token = Actor { areas: BTreeSet::new(), ..Actor::person("token reader", Role::Admin, "") };
    operators_things(&world.app, &token).await;
    admins_things(&world.app, &token).await;
}
