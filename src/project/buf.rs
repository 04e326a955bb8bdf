//! Buf: the roots and dependencies of Protocol Buffers modules.

use super::cmake::join;
use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Project};
use crate::facts::Name;

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// Directories that imports are relative to, in the order of the files.
    pub roots: Vec<Box<str>>,
}

/// What imports of well-known modules start with.
pub const PROVIDERS: &[(&str, &str)] = &[
    ("buf/validate/", "buf.build/bufbuild/protovalidate"),
    ("cosmos_proto/", "buf.build/cosmos/cosmos-proto"),
    ("gogoproto/", "buf.build/cosmos/gogo-proto"),
    ("gogoproto/", "buf.build/gogo/protobuf"),
    ("google/api/", "buf.build/googleapis/googleapis"),
    ("google/iam/", "buf.build/googleapis/googleapis"),
    ("google/longrunning/", "buf.build/googleapis/googleapis"),
    ("google/rpc/", "buf.build/googleapis/googleapis"),
    ("google/type/", "buf.build/googleapis/googleapis"),
    ("io/prometheus/client/", "buf.build/prometheus/client-model"),
    ("opentelemetry/proto/", "buf.build/opentelemetry/opentelemetry"),
    ("protoc-gen-openapiv2/", "buf.build/grpc-ecosystem/grpc-gateway"),
    ("udpa/", "buf.build/cncf/xds"),
    ("validate/", "buf.build/envoyproxy/protoc-gen-validate"),
    ("xds/", "buf.build/cncf/xds"),
];

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "buf.yaml" | "buf.work.yaml")
}

/// Reads the manifests among `configs` (sorted by path) into `project`. The files are small lists, of which only these
/// lines matter: `- name` below `deps` and `directories`, `path:` of modules, and `name:`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    for config in configs.iter().filter(|config| is_config(config.file_name())) {
        let mut section = "";
        let mut name = None;
        let mut dependencies = Vec::new();
        let mut roots: Vec<&str> = Vec::new();
        for (index, line) in config.text.lines().enumerate() {
            let text = line.trim();
            if !line.starts_with([' ', '-', '#']) && text.ends_with(':') {
                section = text.trim_end_matches(':');
            }
            let item = text.strip_prefix("- ").unwrap_or(text).trim_matches(['"', '\'']);
            match section {
                _ if line.starts_with("name:") => name = Some(Name::from(line[5..].trim())),
                "deps" if text.starts_with("- ") => dependencies.push(Declared {
                    name: item.split(':').next().unwrap_or(item).into(),
                    requirement: item.split_once(':').map(|(_, version)| version.into()),
                    locked: None,
                    scope: DeclaredScope::Runtime,
                    file: None,
                    line: index as u32 + 1,
                }),
                "directories" if text.starts_with("- ") => roots.push(item),
                "modules" => roots.extend(item.strip_prefix("path:").map(str::trim)),
                _ => {}
            }
        }
        if roots.is_empty() && config.file_name() == "buf.yaml" {
            roots.push("");
        }
        project.buf.roots.extend(roots.iter().filter_map(|root| join(config.directory(), root)).map(Box::from));
        if config.file_name() == "buf.yaml" {
            let folder = config.directory().rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("proto");
            project.packages.push(Package {
                ecosystem: Ecosystem::Buf,
                name: name.unwrap_or_else(|| folder.into()),
                version: None,
                directory: config.directory().into(),
                manifest: config.path.clone(),
                dependencies,
            });
        }
    }
}
