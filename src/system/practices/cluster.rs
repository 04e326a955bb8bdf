//! How Kubernetes runs workloads, and what a mesh does for them.

use super::super::draft::Draft;
use super::super::kubernetes::{self, Object, WORKLOADS};
use super::super::model::{ComponentId, PracticeKind as Kind};
use super::{Of, command, moving, words};
use crate::document::{Entry, Tree};
use crate::lang::resolve::Sources;

pub fn read(sources: &Sources, draft: &mut Draft) {
    let objects = kubernetes::objects(sources);
    let objects: Vec<&Object<'_>> = objects.iter().filter(|object| !object.is_optional).collect();
    for object in &objects {
        if WORKLOADS.contains(&object.kind) {
            workload(draft, object);
        }
        beside(draft, &objects, object);
    }
}

/// The component of a workload: the one of its name that its own file supports.
fn component(draft: &Draft, object: &Object<'_>) -> Option<ComponentId> {
    draft
        .named(&object.name)
        .filter(|id| draft.component(*id).evidence.iter().any(|place| place.path == object.document.path))
}

/// The entry at the end of a path of keys.
fn entry<'t>(tree: &'t Tree, path: &str) -> Option<&'t Entry> {
    match path.rsplit_once('.') {
        Some((around, key)) => tree.at(around)?.entry(key),
        None => tree.entry(path),
    }
}

/// The text of an entry with the values of a chart put in; none where a template computes it.
fn known(object: &Object<'_>, entry: &Entry) -> Option<String> {
    Some(object.text(entry.value.text()?)).filter(|text| !text.is_empty() && !text.contains("${"))
}

fn workload(draft: &mut Draft, object: &Object<'_>) {
    let Some(id) = component(draft, object) else { return };
    let mut of = Of { draft, component: Some(id) };
    for (path, kind) in [("spec.replicas", Kind::Replicas), ("spec.schedule", Kind::Schedule)] {
        if let Some(found) = entry(object.tree, path)
            && let Some(text) = known(object, found)
        {
            of.say(kind, &text, object.place(found.line));
        }
    }
    for claim in object.tree.at("spec.volumeClaimTemplates").map(Tree::elements).unwrap_or_default() {
        of.say(Kind::Volume, claim.text_at("metadata.name").unwrap_or("claim"), object.place(claim.line));
    }
    if let Some(scrape) =
        object.tree.at("spec.template.metadata.annotations").and_then(|list| list.entry("prometheus.io/scrape"))
        && scrape.value.text() == Some("true")
    {
        of.say(Kind::Metrics, "prometheus.io/scrape", object.place(scrape.line));
    }
    let Some(spec) = kubernetes::pod(object).and_then(|path| object.tree.at(path)) else { return };
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        if let Some(flag) = spec.entry(key).filter(|flag| flag.value.text() == Some("true")) {
            of.say(Kind::Privileged, key, object.place(flag.line));
        }
    }
    if let Some(policy) = spec.entry("restartPolicy").filter(|policy| policy.value.text() != Some("Never")) {
        of.say(Kind::Restart, policy.value.text().unwrap_or_default(), object.place(policy.line));
    }
    if let Some(context) = spec.get("securityContext") {
        rights(&mut of, object, context);
    }
    for volume in spec.get("volumes").map(Tree::elements).unwrap_or_default() {
        self::volume(&mut of, object, volume);
    }
    for container in spec.get("containers").map(Tree::elements).unwrap_or_default() {
        self::container(&mut of, object, container);
    }
}

fn volume(of: &mut Of<'_>, object: &Object<'_>, volume: &Tree) {
    let name = |path: &str| volume.text_at(path).map(|name| object.text(name)).unwrap_or_default();
    let place = object.place(volume.line);
    if volume.get("persistentVolumeClaim").is_some() {
        of.say(Kind::Volume, &name("persistentVolumeClaim.claimName"), place);
    } else if volume.get("secret").is_some() {
        of.say(Kind::SecretReference, &name("secret.secretName"), place);
    } else if let Some(path) = volume.text_at("hostPath.path") {
        let kind = if path.ends_with("docker.sock") || path == "/" { Kind::Privileged } else { Kind::Volume };
        of.say(kind, &format!("{path} of the host"), place);
    }
}

fn container(of: &mut Of<'_>, object: &Object<'_>, container: &Tree) {
    for key in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let Some(probe) = container.entry(key).filter(|probe| !probe.value.entries().is_empty()) else { continue };
        let how = match probe.value.entries().first().map(|entry| &*entry.key) {
            _ if probe.value.get("httpGet").is_some() => {
                format!("GET {}", object.text(probe.value.text_at("httpGet.path").unwrap_or("/")))
            }
            _ if probe.value.get("exec").is_some() => {
                probe.value.at("exec.command").map(|tree| command(&words(tree))).unwrap_or_default()
            }
            _ if probe.value.get("grpc").is_some() => "grpc".to_owned(),
            _ => "tcp".to_owned(),
        };
        of.say(Kind::HealthCheck, &format!("{key} {how}"), object.place(probe.line));
    }
    for limit in container.at("resources.limits").map(Tree::entries).unwrap_or_default() {
        if let Some(text) = known(object, limit) {
            of.say(Kind::Limits, &format!("{} {text}", limit.key), object.place(limit.line));
        }
    }
    if let Some(context) = container.get("securityContext") {
        rights(of, object, context);
    }
    if let Some(image) = container.entry("image")
        && let Some(name) = known(object, image)
        && let Some(tag) = moving(&name)
        // A bare name of what is built here is a place for the tag that its tools put in.
        && (name.contains('/') || of.component.is_none_or(|id| of.draft.component(id).directory.is_none()))
    {
        of.say(Kind::MovingTag, &format!("{name} ({tag})"), object.place(image.line));
    }
    for variable in container.get("env").map(Tree::elements).unwrap_or_default() {
        if let Some(secret) = variable.at("valueFrom.secretKeyRef") {
            of.say(
                Kind::SecretReference,
                &object.text(secret.text_at("name").unwrap_or_default()),
                object.place(secret.line),
            );
        }
    }
    for source in container.get("envFrom").map(Tree::elements).unwrap_or_default() {
        if let Some(name) = source.text_at("secretRef.name") {
            of.say(Kind::SecretReference, &object.text(name), object.place(source.line));
        }
    }
    for port in container.get("ports").map(Tree::elements).unwrap_or_default() {
        if let Some(host) = port.entry("hostPort") {
            of.say(Kind::PublishedPort, host.value.text().unwrap_or_default(), object.place(host.line));
        }
    }
}

fn rights(of: &mut Of<'_>, object: &Object<'_>, context: &Tree) {
    for entry in context.entries() {
        let text = known(object, entry).unwrap_or_default();
        let kind = match (&*entry.key, text.as_str()) {
            ("privileged" | "allowPrivilegeEscalation", "true") => Kind::Privileged,
            ("runAsUser", "0") => Kind::RootUser,
            ("runAsNonRoot" | "readOnlyRootFilesystem", "true") | ("allowPrivilegeEscalation", "false") => {
                Kind::Hardened
            }
            ("runAsUser", user) if !user.is_empty() => Kind::Hardened,
            _ => continue,
        };
        of.say(kind, &format!("{} {text}", entry.key), object.place(entry.line));
    }
    for dropped in context.at("capabilities.drop").map(Tree::elements).unwrap_or_default() {
        of.say(Kind::Hardened, &format!("drop {}", dropped.text().unwrap_or_default()), object.place(dropped.line));
    }
    for added in context.at("capabilities.add").map(Tree::elements).unwrap_or_default() {
        if matches!(added.text(), Some("ALL" | "SYS_ADMIN" | "NET_ADMIN" | "SYS_MODULE" | "SYS_PTRACE")) {
            of.say(Kind::Privileged, &format!("add {}", added.text().unwrap_or_default()), object.place(added.line));
        }
    }
}

/// What objects beside a workload say of it.
fn beside(draft: &mut Draft, objects: &[&Object<'_>], object: &Object<'_>) {
    let selected = |draft: &Draft, selector: Option<&Tree>| -> Vec<ComponentId> {
        let Some(selector) = selector else { return Vec::new() };
        let workloads = objects
            .iter()
            .filter(|other| WORKLOADS.contains(&other.kind) && kubernetes::selects(object, selector, other));
        let mut found: Vec<ComponentId> = workloads.filter_map(|workload| component(draft, workload)).collect();
        found.sort();
        found.dedup();
        found
    };
    let say = |draft: &mut Draft, ids: Vec<ComponentId>, kind, detail: &str, line: u32| {
        for id in ids {
            Of { draft, component: Some(id) }.say(kind, detail, object.place(line));
        }
    };
    let spec = |path: &str| entry(object.tree, path);
    let text = |path: &str| spec(path).and_then(|entry| known(object, entry)).unwrap_or_default();
    let line = object.tree.line;
    match object.kind {
        "HorizontalPodAutoscaler" | "ScaledObject" => {
            let target = draft.named(&text("spec.scaleTargetRef.name"));
            let low = text("spec.minReplicas") + &text("spec.minReplicaCount");
            let high = text("spec.maxReplicas") + &text("spec.maxReplicaCount");
            let at = spec("spec.maxReplicas").or(spec("spec.maxReplicaCount")).map_or(line, |entry| entry.line);
            say(draft, target.into_iter().collect(), Kind::Autoscaling, &format!("{low} to {high}"), at);
        }
        "PodDisruptionBudget" => {
            let ids = selected(draft, object.tree.at("spec.selector.matchLabels"));
            let (least, most) = (text("spec.minAvailable"), text("spec.maxUnavailable"));
            let detail = if least.is_empty() { format!("at most {most} away") } else { format!("at least {least}") };
            say(draft, ids, Kind::DisruptionBudget, &detail, line);
        }
        "NetworkPolicy" => {
            let ids = selected(draft, object.tree.at("spec.podSelector.matchLabels"));
            say(draft, ids, Kind::Network, &format!("policy {}", object.name), line);
        }
        "Service" if matches!(text("spec.type").as_str(), "NodePort" | "LoadBalancer") => {
            let ids = selected(draft, object.tree.at("spec.selector"));
            for port in object.tree.at("spec.ports").map(Tree::elements).unwrap_or_default() {
                let number = port.text_at("nodePort").or_else(|| port.text_at("port")).unwrap_or_default();
                say(
                    draft,
                    ids.clone(),
                    Kind::PublishedPort,
                    &format!("{} {}", text("spec.type"), object.text(number)),
                    port.line,
                );
            }
        }
        "Ingress" => {
            let Some(tls) = object.tree.get("spec").and_then(|spec| spec.entry("tls")) else { return };
            let names = object
                .tree
                .leaves()
                .into_iter()
                .filter(|(path, _, _)| path.ends_with("service.name") || path.ends_with("backend.serviceName"));
            let mut ids: Vec<ComponentId> = names.filter_map(|(_, name, _)| draft.named(&object.text(name))).collect();
            ids.sort();
            ids.dedup();
            say(draft, ids, Kind::Tls, &format!("ingress {}", object.name), tls.line);
        }
        "Schedule" | "ScheduledBackup" => {
            Of { draft, component: None }.say(
                Kind::Backup,
                &format!("{} {}", object.name, text("spec.schedule")),
                object.place(line),
            );
        }
        _ => mesh(draft, object),
    }
}

/// Istio: what its proxies do for the service that they stand before.
fn mesh(draft: &mut Draft, object: &Object<'_>) {
    let host =
        |tree: &Tree| tree.text_at("destination.host").map(|host| host.split('.').next().unwrap_or(host).to_owned());
    match object.kind {
        "VirtualService" => {
            for route in object.tree.at("spec.http").map(Tree::elements).unwrap_or_default() {
                let to = route.get("route").map(Tree::elements).unwrap_or_default().iter().find_map(host);
                let component = to.and_then(|host| draft.named(&host));
                let mut of = Of { draft, component };
                if let Some(timeout) = route.entry("timeout") {
                    of.say(Kind::Timeout, timeout.value.text().unwrap_or_default(), object.place(timeout.line));
                }
                if let Some(retries) = route.entry("retries") {
                    let attempts = retries.value.text_at("attempts").unwrap_or_default();
                    of.say(Kind::Retry, &format!("{attempts} attempts"), object.place(retries.line));
                }
            }
        }
        "DestinationRule" => {
            let host = object.tree.text_at("spec.host").map(|host| host.split('.').next().unwrap_or(host));
            let component = host.and_then(|host| draft.named(host));
            let mut of = Of { draft, component };
            for (path, kind) in [
                ("spec.trafficPolicy.outlierDetection", Kind::CircuitBreaker),
                ("spec.trafficPolicy.connectionPool", Kind::Bulkhead),
                ("spec.trafficPolicy.tls", Kind::Tls),
            ] {
                if let Some(found) = entry(object.tree, path) {
                    of.say(kind, &found.key, object.place(found.line));
                }
            }
        }
        "PeerAuthentication" => {
            if let Some(mode) = entry(object.tree, "spec.mtls.mode").filter(|mode| mode.value.text() == Some("STRICT"))
            {
                Of { draft, component: None }.say(Kind::Tls, "mutual TLS", object.place(mode.line));
            }
        }
        "AuthorizationPolicy" | "RequestAuthentication" => {
            let kind = if object.kind == "AuthorizationPolicy" { Kind::Authorization } else { Kind::Authentication };
            let app = object.tree.at("spec.selector.matchLabels").and_then(|labels| labels.text_at("app"));
            let component = app.and_then(|app| draft.named(app));
            Of { draft, component }.say(kind, &object.name, object.place(object.tree.line));
        }
        _ => {}
    }
}
