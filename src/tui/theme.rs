//! Roles and their styles. Code names roles; only the theme files name colours.

use std::str::FromStr;

use ratatui::style::{Color, Modifier, Style};

use crate::config::{self, Config, Setting};
use crate::graph::{Node, NodeKind};

/// The built-in themes; the first is the default.
const THEMES: [(&str, &str); 3] = [
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("mono", include_str!("../../assets/themes/mono.toml")),
];

macro_rules! roles {
    ($($variant:ident $name:literal)*) => {
        /// What a piece of text on the screen is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the names say it")]
        pub enum Role { $($variant,)* }

        const ROLES: &[(Role, &str)] = &[$((Role::$variant, $name),)*];
    };
}

roles! {
    Text "text" Muted "muted" Title "title" TitleFocused "title-focused" Border "border" BorderFocused "border-focused"
    Selection "selection" SelectionUnfocused "selection-unfocused" Marked "marked" Match "match" Heading "heading"
    Number "number" Package "package" Directory "directory" File "file" Symbol "symbol" External "external" Test "test"
    Cycle "cycle" Gained "gained" Lost "lost" Warning "warning" Error "error" RiskLow "risk-low"
    RiskMedium "risk-medium" RiskHigh "risk-high" RiskCritical "risk-critical" Key "key" Gauge "gauge"
    LineNumber "line-number" Evidence "evidence" EvidenceMark "evidence-mark" Keyword "keyword" String "string"
    Comment "comment" Constant "constant" Function "function" Type "type"
}

impl Role {
    /// What a component is.
    pub fn of_node(node: &Node) -> Self {
        match node.kind {
            NodeKind::Workspace | NodeKind::Package => Self::Package,
            NodeKind::Directory => Self::Directory,
            NodeKind::File if node.test => Self::Test,
            NodeKind::File => Self::File,
            NodeKind::External => Self::External,
        }
    }
}

/// A style for every role.
#[derive(Debug, Clone)]
pub struct Theme {
    /// The theme's name.
    pub name: &'static str,
    /// Whether the terminal's background is taken to be light.
    pub light: bool,
    no_color: bool,
    styles: Vec<Style>,
}

impl Theme {
    /// The theme that the configuration (or a flag) asks for. With `no_color` it is `mono`, whatever was asked, and no
    /// style has a colour.
    ///
    /// # Errors
    /// There is no such theme or role, or a style cannot be read.
    pub fn load(config: &Config, flag: Option<&str>, no_color: bool) -> anyhow::Result<Self> {
        let asked = flag.or(config.theme.as_ref().map(|setting| setting.value.as_str()));
        let names = || THEMES.map(|(name, _)| name).join(", ");
        if let Some(asked) = asked
            && !THEMES.iter().any(|(name, _)| *name == asked)
        {
            let message = format!("there is no theme `{asked}`: {}", names());
            return Err(match (&config.theme, flag) {
                (Some(setting), None) => setting.error(message).into(),
                _ => anyhow::anyhow!(message),
            });
        }
        let name = if no_color { "mono" } else { asked.unwrap_or(THEMES[0].0) };
        let mut theme = Self::built_in(name)?;
        for (role, setting) in &config.colors {
            theme.set(role, setting)?;
        }
        theme.no_color = no_color;
        if no_color {
            for style in &mut theme.styles {
                (style.fg, style.bg) = (None, None);
            }
        }
        Ok(theme)
    }

    /// The theme that follows this one in the list, with the same overrides.
    ///
    /// # Errors
    /// As [`Theme::load`].
    pub fn next(&self, config: &Config) -> anyhow::Result<Self> {
        let at = THEMES.iter().position(|(name, _)| *name == self.name).unwrap_or(0);
        Self::load(config, Some(THEMES[(at + 1) % THEMES.len()].0), self.no_color)
    }

    fn built_in(name: &str) -> anyhow::Result<Self> {
        let (name, text) = THEMES.iter().find(|(known, _)| *known == name).unwrap_or(&THEMES[0]);
        let mut theme =
            Self { name, light: *name == "light", no_color: false, styles: vec![Style::new(); ROLES.len()] };
        for (role, setting) in config::parse_strings(name, text)? {
            theme.set(&role, &setting)?;
        }
        Ok(theme)
    }

    fn set(&mut self, role: &str, setting: &Setting<String>) -> Result<(), config::Error> {
        let (role, _) =
            ROLES.iter().find(|(_, name)| *name == role).ok_or_else(|| setting.error("there is no such role"))?;
        self.styles[*role as usize] = parse_style(&setting.value).map_err(|message| setting.error(message))?;
        Ok(())
    }

    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }
}

/// Reads `bold red on #202020`.
fn parse_style(text: &str) -> Result<Style, String> {
    let mut style = Style::new();
    let mut background = false;
    for word in text.split_whitespace() {
        let modifier = match word {
            "on" => {
                background = true;
                continue;
            }
            "default" => continue,
            "bold" => Modifier::BOLD,
            "dim" => Modifier::DIM,
            "italic" => Modifier::ITALIC,
            "underline" => Modifier::UNDERLINED,
            "reverse" => Modifier::REVERSED,
            color => {
                let color = parse_color(color).ok_or_else(|| format!("`{color}` is no colour"))?;
                style = if background { style.bg(color) } else { style.fg(color) };
                continue;
            }
        };
        style = style.add_modifier(modifier);
    }
    Ok(style)
}

fn parse_color(name: &str) -> Option<Color> {
    Color::from_str(&name.replace("bright-black", "dark-gray").replace("bright-", "light-")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_has_every_role() {
        for (name, text) in THEMES {
            let roles = config::parse_strings(name, text).unwrap();
            let names: Vec<&str> = roles.iter().map(|(role, _)| role.as_str()).collect();
            for (_, role) in ROLES {
                assert!(names.contains(role), "{name}: {role} is missing");
            }
            assert_eq!(names.len(), ROLES.len(), "{name}");
            Theme::built_in(name).unwrap();
        }
    }

    #[test]
    fn the_mono_theme_has_no_colours() {
        let theme = Theme::load(&Config::default(), Some("dark"), true).unwrap();
        assert!(theme.styles.iter().all(|style| style.fg.is_none() && style.bg.is_none()));
    }

    #[test]
    fn styles_are_read_and_wrong_ones_refused() {
        let style = parse_style("bold bright-black on #010203").unwrap();
        assert_eq!(style.fg, Some(Color::DarkGray));
        assert_eq!(style.bg, Some(Color::Rgb(1, 2, 3)));
        assert!(style.add_modifier.contains(Modifier::BOLD));
        assert!(parse_style("reddish").is_err());
        assert!(Theme::load(&Config::default(), Some("nope"), false).unwrap_err().to_string().contains("dark"));
    }
}
