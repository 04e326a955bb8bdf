//! Tilt, as far as its calls are given texts.

use super::groovy::{self, Comments};
use super::steps::Work;
use super::{Ci, Reading, trigger};
use crate::document::Document;
use crate::system::model::{Pipeline, TaskKind};

pub const TILT: Ci = Ci { technology: "Tilt", is_own, read };

fn is_own(document: &Document) -> bool {
    document.text().is_some() && document.file_name() == "Tiltfile"
}

fn read(reading: &Reading<'_>) -> Vec<Pipeline> {
    let text = reading.document.text().map(|text| &**text).unwrap_or_default();
    let tokens = groovy::tokens(text, Comments::Hashes);
    let mut pipeline = reading.pipeline("Tiltfile");
    trigger(&mut pipeline, "a change of the source", reading.place(1));
    let mut job = reading.job("up", 1);
    let mut work = Work::new(reading, reading.document.directory());
    for call in groovy::calls(&tokens) {
        let plain: Vec<&str> =
            call.texts.iter().filter(|(name, _)| name.is_none()).filter_map(|(_, text)| text.text()).collect();
        let named =
            |wanted: &str| call.texts.iter().find(|(name, _)| *name == Some(wanted)).and_then(|(_, text)| text.text());
        let first = plain.first().map(|text| (*text).to_owned());
        let Some(first) = first.or_else(|| named("ref").map(str::to_owned)) else { continue };
        match call.name {
            "docker_build" | "docker_build_with_restart" => {
                let place = named("context").or(plain.get(1).copied()).map(str::to_owned);
                work.claim(TaskKind::Build, call.name, Some(first), place, false, call.line);
            }
            "custom_build" => work.claim(TaskKind::Build, call.name, Some(first), None, false, call.line),
            "k8s_yaml" | "docker_compose" | "helm" | "kustomize" | "helm_resource" => {
                for text in plain {
                    work.claim(TaskKind::Deploy, call.name, Some(text.to_owned()), None, false, call.line);
                }
            }
            "local" | "local_resource" => {
                let script =
                    named("cmd").or(if call.name == "local" { Some(first.as_str()) } else { plain.get(1).copied() });
                let outer = work.directory.clone();
                work.commands(script.unwrap_or_default(), call.line);
                work.directory = outer;
            }
            _ => {}
        }
    }
    job.tasks = work.tasks;
    pipeline.jobs.push(job);
    vec![pipeline]
}
