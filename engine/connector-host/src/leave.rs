//! Leave to reach the outside, given after a call has begun.
//!
//! A server that is still writing down *that* a message is to be sent can begin its call meanwhile: the guest is made
//! and writes its message while the disk works, and its first request waits for the leave. Where the leave does not
//! come, nothing has left and the call is forgotten.

use tokio::sync::watch;

/// What a call waits for before anything of it leaves.
#[derive(Clone, Debug)]
pub struct Leave(Option<watch::Receiver<bool>>);

/// The other end: gives leave, or refuses it when it is dropped.
#[derive(Debug)]
pub struct Giver(watch::Sender<bool>);

impl Leave {
    /// Leave that is there already.
    pub fn given() -> Leave {
        Leave(None)
    }

    /// Leave that will be given, or not.
    pub fn later() -> (Giver, Leave) {
        let (sender, receiver) = watch::channel(false);
        (Giver(sender), Leave(Some(receiver)))
    }

    /// Waits; whether it was given.
    pub async fn is_given(&self) -> bool {
        match &self.0 {
            None => true,
            Some(receiver) => receiver.clone().wait_for(|given| *given).await.is_ok(),
        }
    }
}

impl Giver {
    pub fn give(self) {
        self.0.send_replace(true);
    }
}

#[cfg(test)]
mod tests {
    use super::Leave;

    #[tokio::test]
    async fn leave_is_given_or_refused_once_for_all_who_wait() {
        let (giver, leave) = Leave::later();
        let waiting = tokio::spawn({
            let leave = leave.clone();
            async move { leave.is_given().await }
        });
        giver.give();
        assert!(waiting.await.unwrap() && leave.is_given().await);

        let (giver, leave) = Leave::later();
        drop(giver);
        assert!(!leave.is_given().await);
        assert!(Leave::given().is_given().await);
    }
}
