//! What Spring Cloud applications have in common: configuration, discovery, tracing, administration, tokens.

use super::super::applications::annotations;
use super::super::draft::Draft;
use super::super::model::{ComponentId, Place, Role, Sureness};
use super::super::{Detector, Stage};
use super::{Application, applications};
use crate::lang::resolve::{FileId, Sources};

/// Applications that take their configuration from a server.
pub static CONFIGURATION: Detector = Detector {
    name: "spring-config",
    looks_for: "spring.cloud.config, spring.config.import and the configuration server's repository",
    stage: Stage::Connections,
    detect: configuration,
};

/// Applications that register with a registry or ask it.
pub static DISCOVERY: Detector = Detector {
    name: "spring-discovery",
    looks_for: "clients of Eureka, Consul, Nacos and ZooKeeper",
    stage: Stage::Connections,
    detect: discovery,
};

/// Applications that send traces.
pub static TRACING: Detector = Detector {
    name: "spring-tracing",
    looks_for: "spring.zipkin, management.zipkin and the libraries that send traces",
    stage: Stage::Connections,
    detect: tracing,
};

/// Applications that a Spring Boot Admin server, a Hystrix dashboard or Turbine watches.
pub static ADMIN: Detector = Detector {
    name: "spring-admin",
    looks_for: "spring.boot.admin, Turbine and Hystrix streams",
    stage: Stage::Connections,
    detect: administration,
};

/// Applications that have tokens checked.
pub static TOKENS: Detector = Detector {
    name: "spring-tokens",
    looks_for: "security.oauth2, issuers of tokens and @EnableResourceServer",
    stage: Stage::Connections,
    detect: tokens,
};

/// The only component of a technology other than the one that asks.
fn sole_other(draft: &Draft, technology: &str, id: ComponentId) -> Option<ComponentId> {
    draft.sole(technology).filter(|found| *found != id)
}

fn configuration(sources: &Sources, draft: &mut Draft) {
    const SERVER: &str = "Spring Cloud Config";
    for application in applications(sources, draft) {
        let id = application.id;
        if draft.component(id).technologies.iter().any(|technology| technology == SERVER) {
            repository(draft, &application);
            continue;
        }
        let import =
            application.settings("spring.config.import").find(|(_, setting)| setting.value.contains("configserver:"));
        let asked = application.setting("spring.cloud.config.uri").or(import.map(|(_, setting)| setting)).cloned();
        let library = application.library(&["spring-cloud-starter-config", "spring-cloud-config-client"]);
        let discovered = application.setting("spring.cloud.config.discovery.serviceid").cloned();
        if let Some(setting) = discovered
            && let Some(to) = draft.named(&draft.expand(id, &setting.value))
        {
            draft.connect(id, to, "config", Sureness::Declared, setting.place);
            continue;
        }
        if let Some(setting) = asked {
            let uris =
                application.settings("spring.cloud.config.uri").chain(application.settings("spring.config.import"));
            let reached: Vec<(ComponentId, Place)> = uris
                .flat_map(|(_, setting)| {
                    let place = setting.place.clone();
                    application.reached(draft, setting).into_iter().map(move |to| (to, place.clone()))
                })
                .collect();
            for (to, place) in &reached {
                draft.connect(id, *to, "config", Sureness::Resolved, place.clone());
            }
            if reached.is_empty()
                && let Some(to) = sole_other(draft, SERVER, id)
            {
                draft.connect(id, to, "config", Sureness::Inferred, setting.place);
            }
        } else if let Some(place) = library
            && let Some(to) = sole_other(draft, SERVER, id)
        {
            draft.connect(id, to, "config", Sureness::Inferred, place);
        }
    }
}

/// The repository from which a configuration server takes what it hands out, if it is not told to read its own files.
fn repository(draft: &mut Draft, server: &Application<'_>) {
    let is_native = server.settings("spring.profiles").any(|(_, setting)| setting.value.contains("native"));
    let Some(setting) = server.setting("spring.cloud.config.server.git.uri").filter(|_| !is_native).cloned() else {
        return;
    };
    let uri = draft.expand(server.id, &setting.value);
    let Some((host, path)) = uri.split_once("://").map_or_else(
        || uri.split_once('@').and_then(|(_, rest)| rest.split_once(':')),
        |(scheme, rest)| rest.split_once('/').filter(|_| scheme != "file"),
    ) else {
        return;
    };
    let path = path.trim_end_matches('/').trim_end_matches(".git");
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.is_empty() || name.contains('$') {
        return;
    }
    // A service may be called like its repository.
    let id = draft.add(path, Role::External, setting.place.clone());
    let component = &mut draft.part(id).component;
    let host = host.rsplit('@').next().unwrap_or(host);
    component.aliases.extend([name.into(), host.into()]);
    component.technologies.push("Git".into());
    draft.connect(server.id, id, "config", Sureness::Declared, setting.place);
}

/// A registry: its technology, the libraries of its clients, the prefixes of settings that say where it is.
const REGISTRIES: &[(&str, &[&str], &[&str])] = &[
    (
        "Eureka",
        &[
            "spring-cloud-starter-eureka",
            "spring-cloud-starter-netflix-eureka-client",
            "spring-cloud-netflix-eureka-client",
            "eureka-client",
        ],
        &["eureka.client.serviceurl"],
    ),
    (
        "Consul",
        &[
            "spring-cloud-starter-consul-discovery",
            "spring-cloud-starter-consul-all",
            "spring-cloud-starter-consul-config",
        ],
        &["spring.cloud.consul.host"],
    ),
    (
        "Nacos",
        &["spring-cloud-starter-alibaba-nacos-discovery", "spring-cloud-starter-alibaba-nacos-config"],
        &["spring.cloud.nacos"],
    ),
    ("ZooKeeper", &["spring-cloud-starter-zookeeper-discovery"], &["spring.cloud.zookeeper.connectstring"]),
];

fn discovery(sources: &Sources, draft: &mut Draft) {
    let marked = files_with(sources, draft, &["EnableEurekaClient", "EnableDiscoveryClient"]);
    for application in applications(sources, draft) {
        let id = application.id;
        for (technology, libraries, prefixes) in REGISTRIES {
            let is_server = draft.component(id).technologies.iter().any(|known| known == technology);
            let is_off = application.is_off("eureka.client.enabled")
                || application.is_off("eureka.client.registerwitheureka")
                    && application.is_off("eureka.client.fetchregistry");
            if is_server || is_off && *technology == "Eureka" {
                continue;
            }
            let library = application.library(libraries);
            let mark = marked.iter().find(|(marked, _)| *marked == id).map(|(_, place)| place.clone());
            let mark = mark.filter(|_| *technology == "Eureka" && draft.sole("Eureka").is_some());
            let Some(reason) = library.or(mark) else { continue };
            let mut is_found = false;
            for prefix in *prefixes {
                let told: Vec<_> = application.settings(prefix).map(|(_, setting)| setting.clone()).collect();
                for setting in told {
                    for to in application.reached(draft, &setting) {
                        is_found = true;
                        draft.connect(id, to, "discovery", Sureness::Resolved, setting.place.clone());
                    }
                }
            }
            if !is_found && let Some(to) = sole_other(draft, technology, id) {
                draft.connect(id, to, "discovery", Sureness::Inferred, reason.clone());
            } else if is_found {
                let to = draft.of_technology(technology);
                if let [to] = to.as_slice() {
                    draft.connect(id, *to, "discovery", Sureness::Resolved, reason);
                }
            }
        }
    }
}

/// Components with an annotation in their code, each with the first line of it.
fn files_with(sources: &Sources, draft: &Draft, names: &[&str]) -> Vec<(ComponentId, Place)> {
    let mut found: Vec<(ComponentId, Place)> = Vec::new();
    for (index, file) in sources.files.iter().enumerate().filter(|(_, file)| !file.test) {
        let (Some(owner), Some(facts)) = (draft.owner(FileId(index as u32)), file.facts.as_deref()) else { continue };
        for (name, line) in annotations(facts) {
            if names.contains(&name) && found.iter().all(|(known, _)| *known != owner) {
                found.push((owner, Place::new(&file.path, line)));
            }
        }
    }
    found
}

fn tracing(sources: &Sources, draft: &mut Draft) {
    const LIBRARIES: &[&str] = &[
        "spring-cloud-starter-zipkin",
        "spring-cloud-sleuth-zipkin",
        "spring-cloud-sleuth-stream",
        "zipkin-reporter-brave",
        "opentelemetry-exporter-zipkin",
        "brave-instrumentation-spring-web",
    ];
    for application in applications(sources, draft) {
        let id = application.id;
        if draft.component(id).technologies.iter().any(|known| known == "Zipkin") {
            continue;
        }
        let told = application
            .setting("spring.zipkin.baseurl")
            .or(application.setting("management.zipkin.tracing.endpoint"))
            .filter(|_| !application.is_off("spring.zipkin.enabled"))
            .cloned();
        let library = application.library(LIBRARIES);
        if let Some(setting) = told {
            let to = application.reached(draft, &setting).first().copied().or_else(|| sole_other(draft, "Zipkin", id));
            let to = to.unwrap_or_else(|| {
                let host = application.with_address(draft, &setting, |address| {
                    let name = if address.is_local() { "zipkin" } else { address.host };
                    (name.to_owned(), address.port)
                });
                let (name, port) = host.unwrap_or_else(|| ("zipkin".to_owned(), None));
                let to = draft.add(&name, Role::Monitoring, setting.place.clone());
                draft.classify(to, Role::Monitoring, "Zipkin", true);
                draft.alias(to, "zipkin-server");
                draft.part(to).component.ports.extend(port);
                to
            });
            draft.support(to, setting.place.clone());
            draft.connect(id, to, "trace", Sureness::Declared, setting.place);
        } else if let Some(place) = library
            && let Some(to) = sole_other(draft, "Zipkin", id)
        {
            draft.connect(id, to, "trace", Sureness::Inferred, place);
        }
    }
}

fn administration(sources: &Sources, draft: &mut Draft) {
    let commands = files_with(sources, draft, &["HystrixCommand"]);
    let turbines = draft.of_technology("Turbine");
    for application in applications(sources, draft) {
        let id = application.id;
        let told = application
            .setting("spring.boot.admin.url")
            .or(application.setting("spring.boot.admin.client.url"))
            .or(application.setting("spring.boot.admin.client.url[0]"))
            .cloned();
        if let Some(setting) = told {
            let reached = application.reached(draft, &setting);
            let to = reached.first().copied().or_else(|| sole_other(draft, "Spring Boot Admin", id));
            if let Some(to) = to.filter(|to| *to != id) {
                draft.connect(id, to, "monitoring", Sureness::Resolved, setting.place);
            }
        } else if let Some(place) = application.library(&["spring-boot-admin-starter-client"])
            && let Some(to) = sole_other(draft, "Spring Boot Admin", id)
        {
            draft.connect(id, to, "monitoring", Sureness::Inferred, place);
        }
        let watched = application.setting("turbine.appconfig").cloned();
        if let Some(setting) = watched {
            for name in draft.expand(id, &setting.value).split(',') {
                if let Some(to) = draft.named(name) {
                    draft.connect(id, to, "monitoring", Sureness::Declared, setting.place.clone());
                }
            }
        }
        // Turbine without a stream asks applications for what their commands do.
        if let [turbine] = turbines.as_slice()
            && let Some((_, place)) = commands.iter().find(|(known, _)| *known == id)
            && !is_streamed(sources, draft, *turbine)
        {
            draft.connect(*turbine, id, "monitoring", Sureness::Inferred, place.clone());
        }
    }
    // A dashboard shows what Turbine gathers.
    if let [turbine] = turbines.as_slice()
        && let Some(dashboard) = sole_other(draft, "Hystrix", *turbine)
        && let Some(place) = draft.component(*turbine).evidence.last().cloned()
    {
        draft.connect(dashboard, *turbine, "monitoring", Sureness::Inferred, place);
    }
}

fn is_streamed(sources: &Sources, draft: &Draft, turbine: ComponentId) -> bool {
    files_with(sources, draft, &["EnableTurbineStream"]).iter().any(|(id, _)| *id == turbine)
}

/// Libraries that check or fetch tokens.
const TOKEN_LIBRARIES: &[&str] = &[
    "spring-security-oauth2",
    "spring-security-oauth2-autoconfigure",
    "spring-cloud-starter-oauth2",
    "spring-cloud-security",
    "spring-boot-starter-oauth2-client",
    "spring-boot-starter-oauth2-resource-server",
    "spring-security-oauth2-resource-server",
];

fn tokens(sources: &Sources, draft: &mut Draft) {
    const PREFIXES: &[&str] = &["security.oauth2", "spring.security.oauth2"];
    let marked = files_with(sources, draft, &["EnableResourceServer", "EnableOAuth2Client", "EnableOAuth2Sso"]);
    let servers = draft.of_role(Role::Auth);
    for application in applications(sources, draft) {
        let id = application.id;
        let mut is_told = false;
        let has_library = application.library(TOKEN_LIBRARIES).is_some();
        for prefix in PREFIXES.iter().filter(|_| has_library) {
            let told: Vec<_> = application
                .settings(prefix)
                .filter(|(key, _)| key.ends_with("uri") || key.ends_with("issueruri"))
                .map(|(_, setting)| setting.clone())
                .collect();
            for setting in told {
                for to in application.reached(draft, &setting) {
                    // Tokens that come through a gateway come from the server behind it.
                    let to = if servers.contains(&to) { to } else { continue };
                    is_told = true;
                    draft.connect(id, to, "auth", Sureness::Resolved, setting.place.clone());
                }
            }
        }
        if let [server] = servers.as_slice()
            && !is_told
            && *server != id
            && let Some((_, place)) = marked.iter().find(|(known, _)| *known == id)
        {
            draft.connect(id, *server, "auth", Sureness::Inferred, place.clone());
        }
    }
}
