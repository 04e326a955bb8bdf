//! From a namespace that is not the project's to the package that brings it.

use crate::lang::resolve::{Certainty, External};
use crate::project::Ecosystem;

/// Namespaces of .NET's own libraries, of the shared framework of ASP.NET Core and of the platforms that a target framework
/// names; and of the engine whose projects name no package.
const STANDARD: [&str; 22] = [
    "System",
    "Microsoft.AspNetCore",
    "Microsoft.CSharp",
    "Microsoft.Extensions.Caching.Memory",
    "Microsoft.Extensions.Configuration",
    "Microsoft.Extensions.DependencyInjection",
    "Microsoft.Extensions.Diagnostics",
    "Microsoft.Extensions.FileProviders",
    "Microsoft.Extensions.Hosting",
    "Microsoft.Extensions.Logging",
    "Microsoft.Extensions.Options",
    "Microsoft.Extensions.Primitives",
    "Microsoft.VisualBasic",
    "Microsoft.Win32",
    "Windows",
    "Android",
    "Foundation",
    "Java",
    "ObjCRuntime",
    "UIKit",
    "UnityEngine",
    "UnityEditor",
];

/// Namespaces that say nothing of the package that brings them.
const KNOWN: [(&str, &str); 3] = [
    ("Microsoft.VisualStudio.TestTools.UnitTesting", "MSTest.TestFramework"),
    ("Microsoft.FSharp", "FSharp.Core"),
    ("Grpc.Core", "Grpc.Core.Api"),
];

/// What brings a namespace: the declared package with the longest name that it begins with; the platform; the one declared
/// package that is made for a part of it; the one whose name begins alike.
pub(super) fn provider(packages: &[&str], namespace: &str) -> Option<(External, Certainty)> {
    let external = |name: &str, standard| External { ecosystem: Ecosystem::Nuget, name: name.into(), standard };
    let own = packages.iter().filter(|name| is_below(namespace, name)).max_by_key(|name| name.len());
    if let Some(name) = own {
        return Some((external(name, false), Certainty::Inferred));
    }
    let parts: Vec<&&str> =
        packages.iter().filter(|name| namespace.contains('.') && is_below(name, namespace)).collect();
    if let [part] = parts.as_slice() {
        return Some((external(part, false), Certainty::Inferred));
    }
    if STANDARD.iter().any(|standard| is_below(namespace, standard)) {
        return Some((external(namespace, true), Certainty::Resolved));
    }
    if let Some((_, name)) = KNOWN.iter().find(|(known, _)| is_below(namespace, known)) {
        return Some((external(name, false), Certainty::Inferred));
    }
    // A package's first name says who made it, so a second one has to agree too where there is one.
    let shared = |name: &str| {
        let (name, namespace) = (name.split('.'), namespace.split('.'));
        name.zip(namespace).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
    };
    let wanted = namespace.split('.').count().min(2);
    let kin: Vec<&&str> = packages.iter().filter(|name| shared(name) >= wanted).collect();
    let best = kin.iter().max_by_key(|name| (shared(name), std::cmp::Reverse(name.len())))?;
    Some((external(best, false), Certainty::Inferred))
}

/// Whether a dotted name is another, or begins with it. Package names know no case.
fn is_below(name: &str, above: &str) -> bool {
    name.get(..above.len()).is_some_and(|start| start.eq_ignore_ascii_case(above))
        && (name.len() == above.len() || name.as_bytes()[above.len()] == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_package_that_a_namespace_begins_with() {
        let packages =
            ["Acme.Core", "Acme.Core.Json", "Microsoft.Extensions.Logging.Abstractions", "xunit.assert", "xunit"];
        let name = |namespace| provider(&packages, namespace).map(|(external, _)| (external.name, external.standard));
        assert_eq!(name("Acme.Core.Json.Linq"), Some(("Acme.Core.Json".into(), false)));
        assert_eq!(name("Acme.CoreX"), None);
        assert_eq!(name("System.IO"), Some(("System.IO".into(), true)));
        assert_eq!(
            name("Microsoft.Extensions.Logging"),
            Some(("Microsoft.Extensions.Logging.Abstractions".into(), false))
        );
        assert_eq!(name("Xunit.Abstractions"), Some(("xunit".into(), false)));
        assert_eq!(name("Nobody"), None);
    }
}
