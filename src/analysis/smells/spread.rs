//! What is much in a project, from the project's own numbers.

/// Fewer values than this have no distribution to speak of.
const FEWEST: usize = 12;

/// Above this a value is far from the others: the third quartile and `steps` times the distance between the quartiles
/// (J. W. Tukey, Exploratory Data Analysis, 1977, has 1.5 for what is outside and 3 for what is far out). None where there
/// are too few values to say.
pub fn upper_fence(values: impl IntoIterator<Item = u64>, steps: f64) -> Option<f64> {
    let mut values: Vec<u64> = values.into_iter().collect();
    if values.len() < FEWEST {
        return None;
    }
    values.sort_unstable();
    let quartile = |share: f64| {
        let at = share * (values.len() - 1) as f64;
        let (low, high) = (values[at.floor() as usize] as f64, values[at.ceil() as usize] as f64);
        low + (high - low) * at.fract()
    };
    let (first, third) = (quartile(0.25), quartile(0.75));
    Some(third + steps * (third - first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_far_from_the_others_is_beyond_the_fence() {
        assert_eq!(upper_fence(1..=5, 1.5), None);
        let fence = upper_fence((1..=13).chain([100]), 1.5).expect("enough values");
        assert!(fence > 13.0 && fence < 100.0, "{fence}");
        assert_eq!(upper_fence([7; 20], 3.0), Some(7.0));
    }
}
