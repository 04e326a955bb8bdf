//! Which packages from elsewhere may be used.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::config::{Error, Raw, Setting};
use crate::graph::reach::Through;
use crate::graph::{Node, NodeId, NodeKind};

use super::context::Context;
use super::read::Fields;
use super::{About, Check, Kind};

/// The kind.
pub static KIND: Kind = Kind {
    section: "externals",
    keys: "[of], [allow], [deny]",
    doc: "packages from elsewhere that may be used or not, by globs of their names (`react*`, `npm:@types/*`); what comes with \
          the language is always allowed",
    about: About::Dependencies,
    through: Through::ALL,
    has_type_only: true,
    read,
};

struct Externals {
    of: Setting<String>,
    allow: Option<GlobSet>,
    deny: GlobSet,
}

fn read(fields: &mut Fields<'_, '_, '_>) -> Result<Box<dyn Check>, Error> {
    let allow = fields.optional("allow").map(|field| globs(&field)).transpose()?;
    let deny = fields.optional("deny").map(|field| globs(&field)).transpose()?;
    if allow.is_none() && deny.is_none() {
        // The error says what is missing.
        fields.required("allow' or 'deny")?;
    }
    Ok(Box::new(Externals { of: fields.query_or_all("of")?, allow, deny: deny.unwrap_or_default() }))
}

fn globs(field: &Raw<'_, '_>) -> Result<GlobSet, Error> {
    let mut set = GlobSetBuilder::new();
    for text in field.strings()? {
        let glob = GlobBuilder::new(&text).build();
        set.add(glob.map_err(|error| field.error(format!("'{text}' is no glob: {}", error.kind())))?);
    }
    set.build().map_err(|error| field.error(error.to_string()))
}

impl Externals {
    /// Why a package may not be used; none where it may.
    fn refused(&self, package: &Node) -> Option<&'static str> {
        // A glob is of the name alone, or of the name with its ecosystem.
        let matches = |globs: &GlobSet| globs.is_match(&*package.name) || globs.is_match(&*package.path);
        if matches(&self.deny) {
            return Some("is denied");
        }
        let allow = self.allow.as_ref()?;
        (!package.standard && !matches(allow)).then_some("is not among those allowed")
    }
}

impl Check for Externals {
    fn check(&self, context: &mut Context<'_>) -> Result<(), Error> {
        let of = context.leaves(&self.of)?;
        let mut refused: Vec<(NodeId, NodeId, &str)> = Vec::new();
        for from in of {
            for to in context.graph.needs(from) {
                let package = context.snapshot.node(to);
                if package.kind == NodeKind::External {
                    refused.extend(self.refused(package).map(|why| (from, to, why)));
                }
            }
        }
        for (from, to, why) in refused {
            let message = format!("{} needs {}, which {why}", context.path(from), context.path(to));
            context.add_dependency(from, to, message);
        }
        Ok(())
    }
}
