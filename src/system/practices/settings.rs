//! Settings of components that say how they run.

use super::super::draft::Draft;
use super::Of;
use super::table::table;
use crate::facts::secret;

pub fn read(draft: &mut Draft) {
    for id in draft.ids() {
        let settings = std::mem::take(&mut draft.part(id).settings);
        let mut of = Of { draft, component: Some(id) };
        for setting in &settings {
            let Some(kind) = table().setting(&setting.key) else { continue };
            let value = setting.value.trim();
            if matches!(value.to_ascii_lowercase().as_str(), "false" | "none" | "never" | "off" | "") {
                continue;
            }
            let is_shown = !secret::is_secret_name(&setting.key) && !secret::is_secret(value) && value.len() <= 60;
            let detail =
                if is_shown { format!("{} {}", setting.key, secret::redact(value)) } else { setting.key.to_string() };
            of.say(kind, &detail, setting.place.clone());
        }
        draft.part(id).settings = settings;
    }
}
