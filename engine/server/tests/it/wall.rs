//! The clock on the wall and the time that passes: windows that come again and hours of rules are kept, and nobody hears
//! too much or too little because somebody set a clock, or because the machine slept (N6, N7).

use tocsin::actor::Actor;
use tocsin::app::App;
use tocsin::clock::Clock;
use tocsin::engine::glance::{Glance, glance};
use tocsin::store;
use tocsin::translate;
use tocsin::usecase::check_in::CheckIn;
use tocsin::usecase::downtime::{EndDowntime, SaveDowntime};
use tocsin::usecase::policy::{RuleForm, SavePolicy, SayForm};
use tocsin::usecase::wake::Wake;
use tocsin_policy::{Book, DowntimeSchedule, Say, Scope, Span, Target, wake_at};

use crate::support::Agent;
use crate::support::still::{FAILED, NOW, check_in, checks_in, instance, notices, pass};

async fn kept(app: &App) -> Book {
    store::book::load(&mut app.store.begin().await.expect("a transaction")).await.expect("the book")
}

#[tokio::test]
async fn s6_recurring_windows_and_hours_are_kept_and_ended_for_good() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path(), Clock::manual(NOW)).await;
    let actor = Actor::system("anna");
    for text in ["weekly SUN,WED 02:00 for 1h in Europe/Berlin", "cron \"*/5 2 31 * *\" for 2m in UTC"] {
        let schedule = DowntimeSchedule::read(text).expect("a schedule");
        let save = SaveDowntime { actor: actor.clone(), title: text.to_owned(), scope: Scope::All, schedule };
        app.engine.run(save).await.expect("planned");
    }
    let schedules: Vec<String> = kept(&app).await.downtimes.iter().map(|kept| kept.schedule.to_string()).collect();
    assert_eq!(schedules, ["weekly WED,SUN 02:00 for 1h in Europe/Berlin", "cron \"*/5 2 31 * *\" for 2m in UTC"]);

    let never = DowntimeSchedule::read("cron \"0 2 31 4 *\" for 1h in UTC").expect("readable");
    let save = SaveDowntime { actor: actor.clone(), title: "never".to_owned(), scope: Scope::All, schedule: never };
    let refused = app.engine.run(save).await.expect_err("there is no 31st of April");
    assert!(format!("{refused:?}").contains("does not come about within five years"), "{refused:?}");

    app.clock.set(NOW + Span::hours(1));
    let id = kept(&app).await.downtimes[0].id;
    app.engine.run(EndDowntime { actor: actor.clone(), id }).await.expect("ended");
    assert_eq!(kept(&app).await.downtimes.len(), 1);
    app.engine.run(EndDowntime { actor: actor.clone(), id }).await.expect_err("it is over");

    let active = Some("MON-FRI 08:00-18:00 in Asia/Kolkata".parse().expect("hours"));
    let Some(Say::Rules(rules)) = kept(&app).await.policies.get(&Target::Default).map(|policy| policy.say.clone())
    else {
        panic!("a policy with rules")
    };
    let rule = rules[0].clone();
    let form = RuleForm {
        id: Some(rule.id),
        receivers: rule.receivers,
        every: rule.every,
        after: rule.after,
        recovery: rule.recovery,
        changes: rule.changes,
        active: active.clone(),
    };
    let say = SayForm::Rules(vec![form]);
    app.engine
        .run(SavePolicy { actor, target: Target::Default, enabled: true, say, recognize: true, version: None })
        .await
        .expect("saved");
    let Say::Rules(rules) = &kept(&app).await.policies[&Target::Default].say else { panic!("rules") };
    assert_eq!(rules[0].active, active);
}

#[tokio::test]
async fn n6_setting_the_clock_by_an_hour_is_neither_a_burst_nor_silence() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path(), Clock::manual(NOW)).await;
    checks_in(&app, FAILED).await;
    assert_eq!(notices(&app).await, 1, "the first notice");
    for (step, told) in [(Span::hours(1), 2), (Span::hours(-2), 3), (Span::hours(24 * 365), 4)] {
        pass(&app, 9).await;
        app.clock.step_wall(step);
        pass(&app, 0).await;
        assert_eq!(notices(&app).await, told - 1, "nothing is due for a step of {}", step.words());
        pass(&app, 1).await;
        assert_eq!(notices(&app).await, told, "ten minutes are ten minutes after a step of {}", step.words());
    }
}

#[tokio::test]
async fn n6_windows_go_by_the_wall_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path(), Clock::manual(NOW)).await;
    let schedule = DowntimeSchedule::read("daily 01:00 for 30m in UTC").expect("a schedule");
    let actor = Actor::system("anna");
    let save = SaveDowntime { actor, title: "backup".to_owned(), scope: Scope::All, schedule };
    app.engine.run(save).await.expect("planned");
    checks_in(&app, FAILED).await;
    app.clock.step_wall(Span::hours(1));
    pass(&app, 29).await;
    assert_eq!(notices(&app).await, 1, "the wall is in the window");
    let host = app.engine.fleet().by_agent("one").expect("known").host();
    let (book, facts, now) = (app.engine.book(), app.engine.facts(), app.clock.now());
    assert_eq!(wake_at(&host, &book, &facts, now), NOW + Span::minutes(30));
    pass(&app, 1).await;
    assert_eq!(notices(&app).await, 2);
}

#[tokio::test]
async fn n7_a_suspended_process_catches_up_once_and_calls_nobody_silent() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path(), Clock::manual(NOW)).await;
    let host = checks_in(&app, FAILED).await;
    pass(&app, 5).await;
    app.clock.suspend(Span::hours(8));
    app.engine.run(Wake(host)).await.expect("a look");
    assert_eq!(notices(&app).await, 1, "neither a host down, nor a reminder without fresh evidence");
    pass(&app, 1).await;
    assert_eq!(notices(&app).await, 2, "one catch-up");
    pass(&app, 9).await;
    assert_eq!(notices(&app).await, 2);
    pass(&app, 1).await;
    assert_eq!(notices(&app).await, 3, "and on from there");
}

/// L5: a reminder may wait for the first message after the sleep, so that one is decided about and not only noted.
#[tokio::test]
async fn l5_the_first_message_after_a_sleep_does_not_take_the_short_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path(), Clock::manual(NOW)).await;
    let document = Agent::new("web2", &["nginx"]).status();
    let report = tocsin_monit::parse(&document).expect("a document");
    let seen = translate::observation(&report);
    let first = CheckIn { host: None, agent_id: report.id.as_ref().into(), seen, ..check_in(&app, 0) };
    app.engine.run(first).await.expect("taken");
    let cell = app.engine.fleet().by_agent(&report.id).expect("known");
    let look = || glance(app.engine.shared(), &cell, &report, b"", app.clock.now());
    assert_eq!(look(), Glance::Unchanged);
    app.clock.suspend(Span::hours(1));
    assert_eq!(look(), Glance::Changed);
}

#[tokio::test]
async fn n6_a_wall_that_was_set_back_before_a_start_holds_nothing_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(NOW);
    let app = instance(folder.path(), clock.clone()).await;
    checks_in(&app, FAILED).await;
    pass(&app, 10).await;
    let newest = store::book::newest(&mut app.store.begin().await.expect("a transaction")).await.expect("a moment");
    assert_eq!(newest, Some(NOW + Span::minutes(10)), "the reminder");
    let later = Clock::manual(NOW - Span::hours(1));
    assert_eq!(later.not_before(newest.expect("there is one")), Span::minutes(70));
    assert_eq!(later.now(), NOW + Span::minutes(10));
}
