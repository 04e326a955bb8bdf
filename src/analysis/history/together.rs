//! Change coupling: files that keep changing in the same commits.

use rustc_hash::FxHashMap;

use super::Log;

/// From when on two files count as coupled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// The least number of commits that they have on average.
    pub revisions: u32,
    /// The least number of commits that they share.
    pub shared: u32,
    /// The least degree, in percent.
    pub degree: f64,
    /// Commits with more files than this say nothing about any of them.
    pub largest_commit: usize,
}

impl Default for Thresholds {
    /// Those of Code Maat.
    fn default() -> Self {
        Self { revisions: 5, shared: 5, degree: 30.0, largest_commit: 30 }
    }
}

/// Two files that change together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoChange<T> {
    /// One.
    pub a: T,
    /// The other.
    pub b: T,
    /// Commits that changed both.
    pub shared: u32,
    /// Commits that changed the one, and the other, added up.
    pub revisions: u32,
}

impl<T> CoChange<T> {
    /// The commits that both share, in percent of those that each has on average.
    pub fn degree(&self) -> f64 {
        100.0 * f64::from(self.shared) / (f64::from(self.revisions.max(1)) / 2.0)
    }
}

/// The pairs of files that are coupled by change, as indexes into [`Log::paths`] with the smaller first: those of the
/// highest degree first, then those that share most commits, then by index. Linear in the number of commits: a commit has
/// at most so many pairs as the largest one that counts.
pub fn co_changes(log: &Log, thresholds: Thresholds) -> Vec<CoChange<u32>> {
    let mut revisions = vec![0u32; log.paths.len()];
    let mut shared: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    for commit in log.commits.iter().filter(|commit| commit.files.len() <= thresholds.largest_commit) {
        for (index, one) in commit.files.iter().enumerate() {
            revisions[one.path as usize] += 1;
            for other in &commit.files[index + 1..] {
                *shared.entry((one.path.min(other.path), one.path.max(other.path))).or_default() += 1;
            }
        }
    }
    let mut pairs: Vec<CoChange<u32>> = shared
        .into_iter()
        .map(|((a, b), shared)| CoChange { a, b, shared, revisions: revisions[a as usize] + revisions[b as usize] })
        .filter(|pair| {
            pair.shared >= thresholds.shared
                && pair.revisions >= 2 * thresholds.revisions
                && pair.degree() >= thresholds.degree
        })
        .collect();
    pairs.sort_by(|x, y| {
        y.degree().total_cmp(&x.degree()).then(y.shared.cmp(&x.shared)).then((x.a, x.b).cmp(&(y.a, y.b)))
    });
    pairs
}
