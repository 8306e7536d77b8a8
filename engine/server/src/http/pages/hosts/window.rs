//! A part of an ordered whole that is never ordered as a whole.

use std::cmp::Ordering;

/// So many from `from` on as they would stand in the ordered whole, which is not ordered for it: a page of ten thousand
/// hosts costs a few comparisons each.
pub fn window<T>(all: &mut [T], from: usize, most: usize, order: impl Fn(&T, &T) -> Ordering) -> &[T] {
    if from >= all.len() {
        return &[];
    }
    if from > 0 {
        all.select_nth_unstable_by(from, &order);
    }
    let rest = &mut all[from..];
    if most < rest.len() {
        rest.select_nth_unstable_by(most, &order);
    }
    let end = most.min(rest.len());
    rest[..end].sort_unstable_by(&order);
    &rest[..end]
}

#[cfg(test)]
mod tests {
    use super::window;

    #[test]
    fn a_window_is_a_part_of_the_ordered_whole() {
        let all: Vec<u32> = (0..1_000).map(|n| n * 7_919 % 1_009).collect();
        let mut ordered = all.clone();
        ordered.sort_unstable();
        for (from, most) in [(0, 10), (0, 1_000), (990, 100), (500, 1), (1_000, 10), (2_000, 10)] {
            let mut shuffled = all.clone();
            let end = (from + most).min(ordered.len());
            let expected = ordered.get(from..end).unwrap_or_default();
            assert_eq!(window(&mut shuffled, from, most, Ord::cmp), expected, "{from}, {most}");
        }
    }
}
