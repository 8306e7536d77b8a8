//! "Did you mean …?": the known word that a mistyped one is most like.

/// The nearest of the known words, if one is near enough to be meant.
pub fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let far = word.chars().count().max(4) / 3;
    let near = known.iter().map(|known| (distance(word, known), *known)).min();
    near.filter(|(distance, _)| *distance <= far).map(|(_, known)| known)
}

/// How many letters must be changed, added, removed or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.to_lowercase().chars().collect(), b.to_lowercase().chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = least;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_what_was_meant_and_a_stranger_does_not() {
        let known = ["listen", "public_url", "data_dir", "log_level"];
        assert_eq!(nearest("lisetn", &known), Some("listen"));
        assert_eq!(nearest("publicurl", &known), Some("public_url"));
        assert_eq!(nearest("LOG_LEVEL", &known), Some("log_level"));
        assert_eq!(nearest("receivers", &known), None);
    }
}
