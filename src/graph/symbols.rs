//! Uses of definitions by definitions, found from both ends.

use crate::facts::DefinitionId;
use crate::lang::resolve::FileId;
use crate::lang::symbols::SymbolUse;

/// Index into the uses of a [`SymbolGraph`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UseId(pub u32);

/// Every use, by the file that it stands in.
#[derive(Default)]
pub struct SymbolGraph {
    uses: Vec<SymbolUse>,
    /// Start of each file's slice.
    outgoing: Vec<u32>,
    /// Uses by the file of what they use, then in their own order.
    by_target: Vec<UseId>,
    incoming: Vec<u32>,
}

impl SymbolGraph {
    /// Takes what [`crate::lang::symbols::link`] found.
    pub(super) fn new(files: usize, of_file: &[Vec<SymbolUse>]) -> Self {
        let mut outgoing = Vec::with_capacity(files + 1);
        let mut uses = Vec::with_capacity(of_file.iter().map(Vec::len).sum());
        outgoing.push(0);
        for index in 0..files {
            uses.extend_from_slice(of_file.get(index).map_or(&[], Vec::as_slice));
            outgoing.push(uses.len() as u32);
        }
        // Counted, not sorted: there may be millions.
        let mut incoming = vec![0; files + 1];
        for found in &uses {
            incoming[found.file.index() + 1] += 1;
        }
        for index in 0..files {
            incoming[index + 1] += incoming[index];
        }
        let mut next = incoming.clone();
        let mut by_target = vec![UseId(0); uses.len()];
        for (found, id) in uses.iter().zip(0..) {
            let place = &mut next[found.file.index()];
            by_target[*place as usize] = UseId(id);
            *place += 1;
        }
        Self { uses, outgoing, by_target, incoming }
    }

    /// A use.
    pub fn get(&self, id: UseId) -> &SymbolUse {
        &self.uses[id.0 as usize]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.uses.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.uses.is_empty()
    }

    /// The file that a use stands in.
    pub fn file_of(&self, id: UseId) -> FileId {
        FileId(self.outgoing.partition_point(|start| *start <= id.0) as u32 - 1)
    }

    /// What a file's definitions use, in source order.
    pub fn uses_in(&self, file: FileId) -> impl ExactSizeIterator<Item = (UseId, &SymbolUse)> {
        let range = self.outgoing[file.index()]..self.outgoing[file.index() + 1];
        range.map(|id| (UseId(id), &self.uses[id as usize]))
    }

    /// What is used on a line of a file.
    pub fn uses_on_line(&self, file: FileId, line: u32) -> impl Iterator<Item = &SymbolUse> {
        let of_file = &self.uses[self.outgoing[file.index()] as usize..self.outgoing[file.index() + 1] as usize];
        let first = of_file.partition_point(|found| found.span.line < line);
        of_file[first..].iter().take_while(move |found| found.span.line == line)
    }

    /// Who uses a file's definitions, by file and place.
    pub fn uses_of(&self, file: FileId) -> impl ExactSizeIterator<Item = (UseId, &SymbolUse)> {
        let range = self.incoming[file.index()] as usize..self.incoming[file.index() + 1] as usize;
        self.by_target[range].iter().map(|id| (*id, self.get(*id)))
    }

    /// The definitions that one file uses of another one, or of those that it hands on: each once, in order.
    pub fn names_between(&self, from: FileId, to: FileId) -> Vec<(FileId, DefinitionId)> {
        let between = self.uses_in(from).filter(|(_, found)| found.file == to || found.via == Some(to));
        let mut names: Vec<(FileId, DefinitionId)> =
            between.filter_map(|(_, found)| Some((found.file, found.to?))).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
