//! The fleet at a glance: one cell for each host, shape and colour its state. Of large fleets only the hosts that are not
//! well have a cell, and the others are a number: a page stays small, and what matters stays in sight.

use serde::Serialize;

use super::state::Badge;

/// Cells of one strip: about ten rows on a wide screen, and ten kilobytes on the wire.
const MAX_CELLS: usize = 600;

#[derive(Debug, Default, Serialize)]
pub struct Strip {
    pub cells: Vec<Cell>,
    /// Well, and without a cell.
    pub well: usize,
    /// Not well, and beyond the bound.
    pub unwell: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    pub id: i64,
    pub name: String,
    pub state: Badge,
}

/// A strip of these, in the order of their names.
pub fn of(mut cells: Vec<Cell>) -> Strip {
    let all = cells.len();
    if all > MAX_CELLS {
        cells.retain(|cell| cell.state.kind != "ok");
    }
    let well = all - cells.len();
    let unwell = cells.len().saturating_sub(MAX_CELLS);
    cells.sort_unstable_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    cells.truncate(MAX_CELLS);
    Strip { cells, well, unwell }
}

#[cfg(test)]
mod tests {
    use super::super::state::badge;
    use super::*;

    fn fleet(hosts: i64, broken: i64) -> Vec<Cell> {
        let cell = |id: i64| Cell {
            id,
            name: format!("host{id}"),
            state: if id < broken { badge("critical", "down") } else { badge("ok", "healthy") },
        };
        (0..hosts).map(cell).collect()
    }

    #[test]
    fn a_small_fleet_is_shown_whole_and_of_a_large_one_what_is_not_well() {
        let small = of(fleet(40, 3));
        assert_eq!((small.cells.len(), small.well, small.unwell), (40, 0, 0));
        let large = of(fleet(10_000, 3));
        assert_eq!((large.cells.len(), large.well, large.unwell), (3, 9_997, 0));
        let burning = of(fleet(10_000, 9_000));
        assert_eq!((burning.cells.len(), burning.well, burning.unwell), (MAX_CELLS, 1_000, 9_000 - MAX_CELLS));
    }
}
