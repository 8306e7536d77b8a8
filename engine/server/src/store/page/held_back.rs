//! When notifications were sent about what a downtime covers: what it would have held back.

use tocsin_policy::{Moment, Scope};

use crate::store::Pool;
use crate::store::sql::read_all;

const OF_ALL: &str = "select n.at_ms from notification n
    where n.at_ms >= $1 and n.kind in ('problem', 'change', 'reminder') order by n.id desc limit $2";

const OF_GROUP: &str = "select n.at_ms from notification n join alert a on a.id = n.alert_id
    join host_group_member m on m.host_id = a.host_id and m.group_id = $3
    where n.at_ms >= $1 and n.kind in ('problem', 'change', 'reminder') order by n.id desc limit $2";

const OF_HOST: &str = "select n.at_ms from notification n join alert a on a.id = n.alert_id
    where n.at_ms >= $1 and n.kind in ('problem', 'change', 'reminder') and a.host_id = $3
    and ($4 = '' or a.service = $4) order by n.id desc limit $2";

/// The moments since `since`, the newest first. Recoveries are not held back (R1) and do not count.
pub async fn sent_since(pool: &Pool, scope: &Scope, since: Moment, limit: i64) -> sqlx::Result<Vec<Moment>> {
    let rows = match scope {
        Scope::All => read_all!(pool, (i64,), OF_ALL, since.0, limit),
        Scope::Group(group) => read_all!(pool, (i64,), OF_GROUP, since.0, limit, group.0),
        Scope::Host(host) => read_all!(pool, (i64,), OF_HOST, since.0, limit, host.0, ""),
        Scope::Service { host, service } => read_all!(pool, (i64,), OF_HOST, since.0, limit, host.0, &**service),
    };
    Ok(rows?.into_iter().map(|(at,)| Moment(at)).collect())
}
