//! Which routers a file mounts on which others.

use super::super::code::CodeFile;
use super::super::links::{Links, whole};
use super::mounts::{Anchor, Mount, Mounts, Router};
use super::routers::{Site, below, is_group, is_router};
use super::{handlers, join};
use crate::facts::terms::{Call, Value};

/// Notes which routers a file mounts, and the paths that its routers are made with.
pub fn mounts(file: &CodeFile<'_>, links: Links<'_>, mounts: &mut Mounts) {
    let site = Site::new(file, links);
    for binding in &file.terms.bindings {
        let Value::Call(id) = binding.value else { continue };
        let Some(made) = file.call(id) else { continue };
        let path = ["url_prefix", "prefix"].iter().find_map(|name| made.option(name));
        if let Some(path) = path.and_then(|value| file.text(value)) {
            let anchor = Anchor::Name(binding.within, binding.name.clone());
            mounts.made_with(Router { file: file.id, anchor }, path);
        }
    }
    for call in &file.terms.calls {
        match file.family {
            "python" => include(&site, call, mounts),
            "ecmascript" => used(&site, call, mounts),
            "rust" => nested(&site, call, mounts),
            "go" | "csharp" => passed(&site, call, mounts),
            _ => {}
        }
    }
}

fn add<'s>(
    site: &Site<'_, 's>,
    call: &'s Call,
    path: &str,
    children: impl Iterator<Item = &'s Value>,
    to: &mut Mounts,
) {
    for value in children {
        let Some(child) = site.child(value, call) else { continue };
        let (around, parent) = site.around(call);
        to.add(Mount { child, parent, path: join(&around, path) });
    }
}

/// `app.include_router(users.router, prefix="/users")`, `app.register_blueprint(bp, url_prefix="/v1")`, `app.mount("/a", b)`.
fn include<'s>(site: &Site<'_, 's>, call: &'s Call, mounts: &mut Mounts) {
    let text = |value: Option<&Value>| value.and_then(|value| site.file.text(value)).unwrap_or_default();
    match call.name() {
        "include_router" | "register_blueprint" => {
            let path = text(call.option("url_prefix").or_else(|| call.option("prefix")));
            let child = call.positional(0).or_else(|| call.option("router"));
            add(site, call, &path, child.into_iter(), mounts);
        }
        "mount" | "Mount" => {
            let child = call.positional(1).or_else(|| call.option("app"));
            add(site, call, &text(call.positional(0)), child.into_iter(), mounts);
        }
        _ => {}
    }
}

/// `app.use("/users", users)`, `app.register(users, { prefix: "/users" })`, `app.route("/users", users)`.
fn used<'s>(site: &Site<'_, 's>, call: &'s Call, mounts: &mut Mounts) {
    if !matches!(call.name(), "use" | "register" | "route" | "mount") || !is_router(site.file, call.receiver()) {
        return;
    }
    let text = |value: &Value| site.file.text(value);
    let first = call.positional(0).filter(|value| matches!(value, Value::Text(_) | Value::Template(_))).and_then(text);
    if first.is_none() && call.name() != "use" && call.name() != "register" {
        return;
    }
    let path = first.or_else(|| call.option("prefix").and_then(text)).unwrap_or_default();
    let children = call.arguments.iter().map(|argument| &argument.value);
    add(site, call, &path, children.filter(|value| matches!(value, Value::Name(_) | Value::Call(_))), mounts);
}

/// `.nest("/users", users::router())`, `.merge(users::router())`, `web::scope("/users").configure(users::routes)`.
fn nested<'s>(site: &Site<'_, 's>, call: &'s Call, mounts: &mut Mounts) {
    let (path, child) = match call.name() {
        "nest" | "nest_service" => (call.positional(0).and_then(|path| site.file.text(path)), call.positional(1)),
        "merge" | "configure" => (None, call.positional(0)),
        _ => return,
    };
    add(site, call, &path.unwrap_or_default(), child.into_iter(), mounts);
}

/// A router that is given to a function: `users.Register(api.Group("/users"))`, `group.MapUsers()`; and Chi's
/// `r.Mount("/users", users.Routes())`.
fn passed<'s>(site: &Site<'_, 's>, call: &'s Call, mounts: &mut Mounts) {
    if call.name() == "Mount" {
        let path = call.text(0).unwrap_or_default();
        return add(site, call, path, call.positional(1).into_iter(), mounts);
    }
    let Some(meaning) = handlers::named(site.file, site.links, &call.callee, whole(call)) else { return };
    if !site.links.is_function(meaning) {
        return;
    }
    let Some(id) = meaning.definition else { return };
    let child = vec![Router { file: meaning.file, anchor: Anchor::Definition(id) }];
    let is_extension = site.file.family == "csharp" && call.name().starts_with("Map");
    if is_extension {
        let (path, parent) = site.around(call);
        mounts.add(Mount { child, parent, path });
        return;
    }
    for argument in &call.arguments {
        let given = match &argument.value {
            Value::Call(id) => site
                .file
                .call(*id)
                .filter(|made| is_group(site.file, made))
                .map(|made| below(site.around(made), site.group_path(made))),
            Value::Name(name) if is_router(site.file, name) => site.passed_name(name, call),
            _ => None,
        };
        if let Some((path, parent)) = given {
            mounts.add(Mount { child: child.clone(), parent, path });
        }
    }
}
