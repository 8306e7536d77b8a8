//! Which rule of before an edited rule is, so that its timers go on (N5). A form in the browser says it by the rule's
//! id; whoever writes a policy anew (a provision file, a rehearsal) names none, and is understood as people would:
//! first the rule that has not changed, then the one that tells the same receivers, be it that it was taken out of the
//! policy earlier in the same alert; then the one that tells some of them; then the one at the same place.

use tocsin_policy::{ReceiverId, RuleId};

use super::RuleForm;
use crate::store::policy::{KeptRule, RetiredRule};

/// Gives the forms that name no rule the id of the one that they continue. Each rule is continued once.
pub fn recognize(forms: &mut [RuleForm], there: &[KeptRule], retired: &[RetiredRule]) {
    let mut taken: Vec<RuleId> = forms.iter().filter_map(|form| form.id).collect();
    let free = |taken: &[RuleId], id: &RuleId| !taken.contains(id);
    for step in STEPS {
        for (place, form) in forms.iter_mut().enumerate().filter(|(_, form)| form.id.is_none()) {
            form.id = match step {
                Step::Retired => {
                    let mut same = retired.iter().filter(|rule| same_set(&rule.receivers, &form.receivers));
                    same.find(|rule| free(&taken, &rule.id)).map(|rule| rule.id)
                }
                Step::There(fits) => {
                    let candidates = there.iter().enumerate().filter(|(_, rule)| free(&taken, &rule.id));
                    let fitting = candidates.filter_map(|(at, rule)| Some((fits(form, place, rule, at)?, at, rule.id)));
                    // The best fit; of several the first.
                    fitting.max_by_key(|(fit, at, _)| (*fit, std::cmp::Reverse(*at))).map(|(_, _, id)| id)
                }
            };
            taken.extend(form.id);
        }
    }
}

/// How well a form continues a rule, both with their places; `None`: not at all.
type Fit = fn(&RuleForm, usize, &KeptRule, usize) -> Option<usize>;

enum Step {
    There(Fit),
    Retired,
}

const STEPS: [Step; 5] = [
    Step::There(|form, _, rule, _| (is_unchanged(form, rule)).then_some(0)),
    Step::There(|form, _, rule, _| same_set(&form.receivers, &rule.receivers).then_some(0)),
    Step::Retired,
    Step::There(|form, _, rule, _| Some(shared(&form.receivers, &rule.receivers)).filter(|shared| *shared > 0)),
    Step::There(|_, place, _, at| (place == at).then_some(0)),
];

/// Whether saving the form would change nothing of the rule.
pub fn is_unchanged(form: &RuleForm, rule: &KeptRule) -> bool {
    form.receivers == rule.receivers
        && (form.every, form.after) == (rule.every, rule.after)
        && (form.recovery, form.changes) == (rule.recovery, rule.changes)
        && form.active == rule.active
}

fn same_set(one: &[ReceiverId], other: &[ReceiverId]) -> bool {
    one.iter().all(|receiver| other.contains(receiver)) && other.iter().all(|receiver| one.contains(receiver))
}

fn shared(one: &[ReceiverId], other: &[ReceiverId]) -> usize {
    one.iter().filter(|receiver| other.contains(receiver)).count()
}

#[cfg(test)]
mod tests {
    use tocsin_policy::{Every, Span};

    use super::*;

    const A: ReceiverId = ReceiverId(1);
    const B: ReceiverId = ReceiverId(2);
    const C: ReceiverId = ReceiverId(3);

    fn form(minutes: i64, receivers: &[ReceiverId]) -> RuleForm {
        let (every, after) = (Every::Interval(Span::minutes(minutes)), Span::ZERO);
        RuleForm { id: None, receivers: receivers.to_vec(), every, after, recovery: true, changes: true, active: None }
    }

    fn kept(id: i64, minutes: i64, receivers: &[ReceiverId]) -> KeptRule {
        let RuleForm { receivers, every, after, recovery, changes, active, .. } = form(minutes, receivers);
        KeptRule { id: RuleId(id), receivers, every, after, recovery, changes, active }
    }

    /// The ids that the forms get; 0 is a new rule.
    fn recognized(mut forms: Vec<RuleForm>, there: &[KeptRule], retired: &[RetiredRule]) -> Vec<i64> {
        recognize(&mut forms, there, retired);
        forms.iter().map(|form| form.id.map_or(0, |id| id.0)).collect()
    }

    #[test]
    fn n5_a_rule_is_known_by_its_receivers_wherever_it_stands() {
        let there = [kept(7, 5, &[A]), kept(8, 30, &[B])];
        assert_eq!(recognized(vec![form(30, &[B]), form(60, &[A])], &there, &[]), [8, 7]);
    }

    #[test]
    fn n5_of_two_rules_with_the_same_receivers_the_unchanged_one_stays_itself() {
        let there = [kept(7, 5, &[A]), kept(8, 30, &[A])];
        assert_eq!(recognized(vec![form(60, &[A]), form(30, &[A])], &there, &[]), [7, 8]);
    }

    #[test]
    fn n5_a_receiver_more_or_less_does_not_make_another_rule() {
        let there = [kept(7, 5, &[A]), kept(8, 30, &[B])];
        assert_eq!(recognized(vec![form(5, &[A]), form(30, &[B, C])], &there, &[]), [7, 8]);
        let there = [kept(7, 5, &[A]), kept(8, 30, &[B, C])];
        assert_eq!(recognized(vec![form(30, &[B]), form(5, &[A])], &there, &[]), [8, 7]);
    }

    #[test]
    fn n5_a_rule_with_another_receiver_at_its_place_is_the_same_and_one_more_is_new() {
        let there = [kept(7, 5, &[A]), kept(8, 30, &[B])];
        assert_eq!(recognized(vec![form(5, &[A]), form(30, &[C])], &there, &[]), [7, 8]);
        assert_eq!(recognized(vec![form(5, &[A]), form(30, &[B]), form(9, &[C])], &there, &[]), [7, 8, 0]);
    }

    #[test]
    fn n5_a_rule_that_was_taken_out_and_comes_back_is_itself() {
        let retired = [RetiredRule { id: RuleId(8), receivers: vec![B] }];
        assert_eq!(recognized(vec![form(5, &[A]), form(30, &[B])], &[kept(7, 5, &[A])], &retired), [7, 8]);
    }

    #[test]
    fn n5_an_id_in_the_form_is_not_guessed_about() {
        let mut named = form(5, &[B]);
        named.id = Some(RuleId(7));
        assert_eq!(recognized(vec![named, form(5, &[A])], &[kept(7, 5, &[A])], &[]), [7, 0]);
    }
}
