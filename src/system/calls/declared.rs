//! Clients that an interface declares and a library makes: Feign, Spring's HTTP interfaces, MicroProfile's REST clients,
//! Retrofit, Refit.

use super::super::clients;
use crate::facts::Name;
use crate::facts::terms::{Class, Function, annotation, last_part};
use crate::system::code::{CodeFile, Program};
use crate::system::draft::Draft;
use crate::system::model::{ComponentId, RemoteCall};
use crate::system::routes::{declared_by, join};

/// Retrofit's and Refit's annotations of methods.
const VERBS: [&str; 6] = ["get", "post", "put", "delete", "patch", "head"];

/// The requests that the interfaces of a file declare.
pub fn calls<'s>(draft: &mut Draft, program: &Program<'s>, file: &CodeFile<'s>, owner: ComponentId) {
    for (id, class) in file.terms.classes.iter().enumerate() {
        let mark = ["FeignClient", "RegisterRestClient", "HttpExchange"]
            .iter()
            .find_map(|name| annotation(&class.annotations, name));
        if let Some(mark) = mark {
            let to = clients::feign_target(draft, file, owner, mark);
            let path = mark.option("path").and_then(|value| program.text(file, value));
            for (method, route, line) in declared_by(file, id, class) {
                let path = draft.expand(owner, &join(path.as_deref().unwrap_or_default(), &route));
                add(draft, file, owner, to, method, &path, line);
            }
            continue;
        }
        for function in file.terms.functions.iter().filter(|function| function.class == Some(id as u32)) {
            if let Some((method, path, line)) = retrofit(file, class, function) {
                add(draft, file, owner, None, Some(method), &join("", &path), line);
            }
        }
    }
}

fn add(
    draft: &mut Draft,
    file: &CodeFile<'_>,
    from: ComponentId,
    to: Option<ComponentId>,
    method: Option<String>,
    path: &str,
    line: u32,
) {
    let (kind, endpoint, evidence) = ("http", None, file.place(line));
    let (method, path) = (method.map(Name::from), Some(Name::from(path)));
    draft.calls.push(RemoteCall { from, to: to.filter(|to| *to != from), kind, method, path, endpoint, evidence });
}

/// `@GET("users/{id}")` of Retrofit in an interface without a class's mark, `[Get("/users/{id}")]` of Refit.
fn retrofit(file: &CodeFile<'_>, class: &Class, function: &Function) -> Option<(String, String, u32)> {
    let library = match file.family {
        "jvm" => "retrofit2",
        "csharp" => "Refit",
        _ => return None,
    };
    let is_their = class.annotations.is_empty() && file.imports().any(|path| path.starts_with(library));
    let is_verb = |name: &str| VERBS.contains(&name.to_ascii_lowercase().as_str());
    let found = function.annotations.iter().find(|found| is_verb(last_part(&found.name))).filter(|_| is_their)?;
    let path = found.first().and_then(|value| file.text(value))?;
    Some((last_part(&found.name).to_ascii_uppercase(), path, found.span.line))
}
