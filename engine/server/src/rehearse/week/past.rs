//! What happened in the last days, as far as the database knows it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tocsin_policy::{
    Acknowledgement, Admission, AlertId, AlertKind, Downtime, DowntimeId, DowntimeSchedule, Host, HostId, Moment,
    NoticeKind, ReceiverId, Silence, SilenceId, Subject,
};

use super::{BACK, MAX_SENT};
use crate::app::App;
use crate::fault::Fault;
use crate::store::outbox::kind_of;
use crate::store::page::{downtime, receiver, week};

/// Alerts that are played: the newest.
const MAX_ALERTS: i64 = 2_000;
/// Silences and downtimes that are read: each.
const MAX_HELD: i64 = 5_000;
/// Occurrences of one downtime in a week: one each ten minutes.
const MAX_OCCURRENCES: usize = 1_008;
/// Receivers, for their names.
const MAX_RECEIVERS: i64 = 2_000;

/// A stretch of time with everything that mattered in it.
pub struct Past {
    pub from: Moment,
    pub to: Moment,
    pub hosts: BTreeMap<HostId, PastHost>,
    /// In the order in which they began.
    pub alerts: Vec<PastAlert>,
    /// Each time that a downtime held, as one that held once.
    pub downtimes: Vec<Downtime>,
    pub receivers: Vec<(ReceiverId, String)>,
    /// What was really sent.
    pub sent: Vec<Sent>,
    /// Alerts that had begun earlier and are not played.
    pub older: usize,
    /// There were more alerts than are played.
    pub cut: bool,
}

/// A host with the silences that it had.
pub struct PastHost {
    pub host: Arc<Host>,
    pub silences: Vec<Silence>,
}

/// An alert as it was.
pub struct PastAlert {
    pub id: AlertId,
    pub host: HostId,
    pub subject: Subject,
    pub kind: AlertKind,
    pub opened_at: Moment,
    /// `None`: it is still open.
    pub closed_at: Option<Moment>,
    pub message: String,
    pub acknowledgement: Option<Acknowledgement>,
    /// Whether the edited policy has a say in it; others are played for what they hold back.
    pub asked: bool,
}

/// One notification of an alert.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sent {
    pub alert: AlertId,
    pub receiver: ReceiverId,
    pub kind: NoticeKind,
    pub at: Moment,
}

impl Past {
    /// Reads the alerts about which `touched` says that they matter.
    pub async fn load(app: &App, touched: impl Fn(&Host, &Subject) -> bool) -> Result<Past, Fault> {
        let (pool, to) = (&app.store.readers, app.clock.now());
        let from = to - BACK;
        let rows = week::alerts(pool, from.0, MAX_ALERTS).await?;
        let cut = i64::try_from(rows.len()).unwrap_or(i64::MAX) == MAX_ALERTS;
        let mut hosts: BTreeMap<HostId, PastHost> = BTreeMap::new();
        let mut alerts: Vec<PastAlert> = Vec::new();
        for row in rows.into_iter().rev() {
            let Some(cell) = app.engine.fleet().by_id(HostId(row.host_id)) else { continue };
            let (host, mut alert) = (cell.host(), alert_of(row));
            // What takes no part now tells nobody, then as now.
            if host.admission != Admission::Approved {
                continue;
            }
            alert.asked = touched(&host, &alert.subject);
            if alert.asked {
                hosts.entry(alert.host).or_insert_with(|| PastHost { host, silences: Vec::new() });
            }
            alerts.push(alert);
        }
        // While a host is down its services say nothing: its own alerts matter to theirs.
        alerts.retain(|alert| alert.asked || (alert.subject == Subject::Host && hosts.contains_key(&alert.host)));
        for row in week::silences(pool, from.0, MAX_HELD).await? {
            if let Some(host) = hosts.get_mut(&HostId(row.host_id)) {
                let (id, start, end) = (SilenceId(row.id), Moment(row.start_at_ms), Moment(row.end_at_ms));
                host.silences.push(Silence { id, by: row.made_by, start, end });
            }
        }
        let asked = alerts.iter().filter(|alert| alert.asked).map(|alert| alert.id);
        let ids: BTreeSet<AlertId> = asked.collect();
        let sent = week::sent(pool, from.0, i64::try_from(MAX_SENT).unwrap_or(i64::MAX)).await?;
        let sent = sent.into_iter().filter_map(sent_of).filter(|sent| ids.contains(&sent.alert)).collect();
        let receivers = receiver::list(pool, MAX_RECEIVERS).await?;
        let older = week::older(pool, from.0).await?;
        Ok(Past {
            from,
            to,
            hosts,
            alerts,
            downtimes: windows(app, from, to).await?,
            receivers: receivers.into_iter().map(|row| (ReceiverId(row.id), row.name)).collect(),
            sent,
            older: usize::try_from(older).unwrap_or_default(),
            cut,
        })
    }
}

fn alert_of(row: week::AlertRow) -> PastAlert {
    let acknowledgement = row.ack_by.zip(row.ack_at_ms).map(|(by, at)| Acknowledgement {
        by,
        note: String::new(),
        at: Moment(at),
        until: Moment(row.ack_until_ms.unwrap_or(at)),
    });
    PastAlert {
        id: AlertId(row.id),
        host: HostId(row.host_id),
        subject: row.service.map_or(Subject::Host, |service| Subject::Service(service.into())),
        kind: if row.kind == "change" { AlertKind::Change } else { AlertKind::Problem },
        opened_at: Moment(row.opened_at_ms),
        closed_at: row.closed_at_ms.map(Moment),
        message: row.message,
        acknowledgement,
        asked: false,
    }
}

fn sent_of(row: week::SentRow) -> Option<Sent> {
    let (alert, receiver) = (AlertId(row.alert_id), ReceiverId(row.receiver_id));
    Some(Sent { alert, receiver, kind: kind_of(&row.kind)?, at: Moment(row.at_ms) })
}

/// Each time that a downtime held in these days, from when it was planned to when it was ended.
async fn windows(app: &App, from: Moment, to: Moment) -> Result<Vec<Downtime>, Fault> {
    let mut windows = Vec::new();
    for kept in downtime::open(&app.store.readers, from.0, MAX_HELD).await? {
        let (planned, ended) = (Moment(kept.created_at_ms).max(from), Moment(kept.end_at_ms));
        let mut looked_from = from;
        for _ in 0..MAX_OCCURRENCES {
            let Some(next) = kept.schedule.preview(looked_from, 1).pop().filter(|next| next.start < to) else { break };
            let (start, end) = (next.start.max(planned), next.end.min(ended));
            if start < end {
                windows.push(Downtime {
                    id: DowntimeId(kept.id),
                    title: kept.title.clone(),
                    scope: kept.scope.clone(),
                    schedule: DowntimeSchedule::Once { start, end },
                });
            }
            looked_from = next.end.max(looked_from + tocsin_policy::Span(1));
        }
    }
    Ok(windows)
}
