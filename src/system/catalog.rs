//! `assets/catalog/technologies.toml`: which image, library, scheme or host means which technology.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::model::Role;
use crate::project::Ecosystem;

const TEXT: &str = include_str!("../../assets/catalog/technologies.toml");

/// A technology.
#[derive(Debug)]
pub struct Technology {
    /// Its name for people.
    pub name: String,
    /// What a component of it is for.
    pub role: Role,
    /// Whether it runs inside the process that uses it, so that there is nothing to connect to.
    pub embedded: bool,
    /// Ports that it listens on.
    pub ports: Vec<u16>,
}

#[derive(Deserialize)]
struct File {
    technologies: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Row {
    name: String,
    role: String,
    embedded: bool,
    server: bool,
    ports: Vec<u16>,
    images: Vec<String>,
    schemes: Vec<String>,
    hosts: Vec<String>,
    annotations: Vec<String>,
    server_maven: Vec<String>,
    maven: Vec<String>,
    npm: Vec<String>,
    pypi: Vec<String>,
    go: Vec<String>,
    nuget: Vec<String>,
    gem: Vec<String>,
    cargo: Vec<String>,
    composer: Vec<String>,
    hex: Vec<String>,
}

/// The catalogue with its indexes.
#[derive(Default)]
pub struct Catalog {
    technologies: Vec<Technology>,
    images: FxHashMap<String, usize>,
    schemes: FxHashMap<String, usize>,
    hosts: FxHashMap<String, usize>,
    annotations: FxHashMap<String, usize>,
    libraries: FxHashMap<(Ecosystem, String), usize>,
    servers: FxHashMap<(Ecosystem, String), usize>,
}

/// The catalogue.
pub fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    // A test reads the same text, so a failure here cannot ship.
    CATALOG.get_or_init(|| read(TEXT).unwrap_or_default())
}

fn read(text: &str) -> Result<Catalog, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut catalog = Catalog::default();
    for (index, row) in file.technologies.into_iter().enumerate() {
        let role = Role::named(&row.role).ok_or_else(|| format!("{}: no role {}", row.name, row.role))?;
        let indexes: [(&mut FxHashMap<String, usize>, Vec<String>); 4] = [
            (&mut catalog.images, row.images),
            (&mut catalog.schemes, row.schemes),
            (&mut catalog.hosts, row.hosts),
            (&mut catalog.annotations, row.annotations),
        ];
        for (map, keys) in indexes {
            for key in keys {
                if map.insert(key.clone(), index).is_some() {
                    return Err(format!("{}: {key} twice", row.name));
                }
            }
        }
        let libraries = [
            (Ecosystem::Maven, row.maven),
            (Ecosystem::Npm, row.npm),
            (Ecosystem::Pypi, row.pypi),
            (Ecosystem::Go, row.go),
            (Ecosystem::Nuget, row.nuget),
            (Ecosystem::Gem, row.gem),
            (Ecosystem::Cargo, row.cargo),
            (Ecosystem::Composer, row.composer),
            (Ecosystem::Hex, row.hex),
        ];
        let servers = row.server_maven.into_iter().map(|name| ((Ecosystem::Maven, name), index));
        catalog.servers.extend(servers);
        for (ecosystem, names) in libraries {
            let map = if row.server { &mut catalog.servers } else { &mut catalog.libraries };
            map.extend(names.into_iter().map(|name| ((ecosystem, name), index)));
        }
        catalog.technologies.push(Technology { name: row.name, role, embedded: row.embedded, ports: row.ports });
    }
    Ok(catalog)
}

impl Catalog {
    /// The technology of a container image, written with or without registry, tag and digest.
    pub fn image(&self, image: &str) -> Option<&Technology> {
        let repository = repository(image);
        let last = repository.rsplit('/').next().unwrap_or(repository);
        let last_two = repository.rmatch_indices('/').nth(1).map_or(repository, |(at, _)| &repository[at + 1..]);
        let index = [repository, last_two, last].into_iter().find_map(|name| self.images.get(name))?;
        self.technologies.get(*index)
    }

    /// The technology that is reached by this scheme of URLs.
    pub fn scheme(&self, scheme: &str) -> Option<&Technology> {
        self.technologies.get(*self.schemes.get(&scheme.to_ascii_lowercase())?)
    }

    /// The technology that runs on this host of the internet.
    pub fn host(&self, host: &str) -> Option<&Technology> {
        self.technologies.get(*self.hosts.get(&host.to_ascii_lowercase())?)
    }

    /// The technology that a class with this annotation runs.
    pub fn annotation(&self, name: &str) -> Option<&Technology> {
        self.technologies.get(*self.annotations.get(name)?)
    }

    /// The technology that a library connects to.
    pub fn library(&self, ecosystem: Ecosystem, name: &str) -> Option<&Technology> {
        self.technologies.get(*self.libraries.get(&(ecosystem, name.to_owned()))?)
    }

    /// The technology that a component with this library is one of.
    pub fn server(&self, ecosystem: Ecosystem, name: &str) -> Option<&Technology> {
        self.technologies.get(*self.servers.get(&(ecosystem, name.to_owned()))?)
    }

    /// The technology with this name.
    pub fn named(&self, name: &str) -> Option<&Technology> {
        self.technologies.iter().find(|technology| technology.name == name)
    }
}

/// An image's repository without registry, tag and digest.
pub fn repository(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    let image = match image.rsplit_once(':') {
        Some((before, tag)) if !tag.contains('/') => before,
        _ => image,
    };
    match image.split_once('/') {
        Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => rest,
        _ => image,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_reads_and_knows_images() {
        let catalog = read(TEXT).expect("a whole catalogue");
        assert!(catalog.technologies.len() >= 300);
        let name = |image| catalog.image(image).map(|technology| technology.name.as_str());
        assert_eq!(name("postgres:15-alpine"), Some("PostgreSQL"));
        assert_eq!(name("docker.io/bitnami/kafka:3.4"), Some("Kafka"));
        assert_eq!(name("mcr.microsoft.com/mssql/server:2022-latest"), Some("SQL Server"));
        assert_eq!(name("openjdk:8"), None);
        assert_eq!(name("localhost:5000/acme/shop"), None);
    }
}
