//! Provisioned throughput units and the grid they are sold on (P R19).

/// A count of provisioned throughput units.
pub type Ptu = u32;

/// The largest deployment the platform documents (P R20).
pub const MAX_DEPLOYABLE_PTU: Ptu = 100_000;

/// Minimum and increment of deployable sizes. Sizes are `min, min + increment, ...` (P R19: anchored at the minimum,
/// which is an assumption where the minimum is not a multiple of the increment).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Grid {
    /// Smallest deployable size, above 0.
    pub min_ptu: Ptu,
    /// Step between sizes, above 0.
    pub increment_ptu: Ptu,
}

impl Grid {
    /// The smallest deployable size that is at least `ptu`.
    pub const fn at_least(self, ptu: Ptu) -> Ptu {
        if ptu <= self.min_ptu {
            return self.min_ptu;
        }
        self.min_ptu + (ptu - self.min_ptu).div_ceil(self.increment_ptu) * self.increment_ptu
    }

    /// The largest deployable size that is at most `ptu`, none below the minimum.
    pub const fn at_most(self, ptu: Ptu) -> Option<Ptu> {
        if ptu < self.min_ptu {
            return None;
        }
        Some(self.min_ptu + (ptu - self.min_ptu) / self.increment_ptu * self.increment_ptu)
    }

    /// Whether `ptu` can be deployed.
    pub const fn contains(self, ptu: Ptu) -> bool {
        ptu >= self.min_ptu && (ptu - self.min_ptu).is_multiple_of(self.increment_ptu)
    }

    /// Every deployable size from the minimum to the first that is at least `until_ptu`.
    pub fn sizes(self, until_ptu: Ptu) -> impl Iterator<Item = Ptu> {
        (self.min_ptu..=self.at_least(until_ptu)).step_by(self.increment_ptu as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Grid = Grid { min_ptu: 15, increment_ptu: 5 };

    #[test]
    fn rounds_up_to_the_grid_above_the_minimum() {
        assert_eq!([0, 15, 16, 20, 106].map(|p| GRID.at_least(p)), [15, 15, 20, 20, 110]);
        assert_eq!(
            [14, 15, 19, 106].map(|p| GRID.at_most(p)),
            [None, Some(15), Some(15), Some(105)]
        );
        assert!(GRID.contains(45) && !GRID.contains(46) && !GRID.contains(10));
        assert_eq!(GRID.sizes(27).collect::<Vec<_>>(), [15, 20, 25, 30]);
    }
}
