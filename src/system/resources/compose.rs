//! Networks and volumes of Compose files.

use super::{Collector, New};
use crate::document::Tree;
use crate::lang::resolve::Sources;
use crate::system::compose::is_compose;
use crate::system::draft::Draft;
use crate::system::model::Place;

pub fn read(sources: &Sources, _: &mut Draft, collector: &mut Collector) {
    for document in sources.documents.iter().filter(|document| is_compose(document)) {
        for tree in document.trees() {
            for (list, kind) in
                [("networks", "network"), ("volumes", "volume"), ("configs", "config"), ("secrets", "secret")]
            {
                for entry in tree.get(list).map(Tree::entries).unwrap_or_default() {
                    let name = format!("{kind}/{}", entry.key);
                    let place = Place::new(&document.path, entry.line);
                    let index = collector.add(
                        &document.path,
                        &name,
                        New { technology: "Docker Compose", kind, name: &name, place },
                    );
                    for key in ["driver", "external", "internal", "name"] {
                        if let Some(text) = entry.value.text_at(key) {
                            collector.detail(index, key, text);
                        }
                    }
                }
            }
        }
    }
}
