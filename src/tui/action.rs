//! Everything the user can ask for: one table from which the palette, the help screen, the key hints and the README's key
//! table are made.

/// The part of the help screen that an action stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Movement in any list or text.
    Move,
    /// In, out, back and elsewhere.
    Go,
    /// Questions about the graph.
    Ask,
    /// Changes in the graph only.
    WhatIf,
    /// What is shown and how.
    Show,
    /// What leaves the explorer: marks, exports, the editor.
    Take,
    /// The explorer itself.
    Program,
    /// Only while typing or choosing.
    Input,
}

impl Group {
    /// Every group, in the order of the help screen.
    pub const ALL: [(Group, &'static str); 8] = [
        (Group::Move, "Move"),
        (Group::Go, "Go"),
        (Group::Ask, "Ask"),
        (Group::WhatIf, "What if, in the graph only"),
        (Group::Show, "Show"),
        (Group::Take, "Take along"),
        (Group::Program, "Program"),
        (Group::Input, "While typing or choosing"),
    ];
}

macro_rules! actions {
    ($($group:ident { $($variant:ident $name:literal $hint:literal $doc:literal;)* })*) => {
        /// A thing that the user can ask for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $($(#[doc = $doc] $variant,)*)*
        }

        impl Action {
            /// Every action, in the order of the table.
            pub const ALL: &[Action] = &[$($(Action::$variant,)*)*];

            /// The name in the keymap, the palette and the configuration.
            pub fn name(self) -> &'static str {
                match self { $($(Self::$variant => $name,)*)* }
            }

            /// What it does, as a phrase.
            pub fn doc(self) -> &'static str {
                match self { $($(Self::$variant => $doc,)*)* }
            }

            /// The word beside its key in the bottom line; empty for actions that need no hint.
            pub fn hint(self) -> &'static str {
                match self { $($(Self::$variant => $hint,)*)* }
            }

            /// The part of the help screen that it stands in.
            pub fn group(self) -> Group {
                match self { $($(Self::$variant => Group::$group,)*)* }
            }
        }
    };
}

actions! {
    Move {
        Down "down" "" "go down one row";
        Up "up" "" "go up one row";
        HalfDown "half-page-down" "" "go down half a page";
        HalfUp "half-page-up" "" "go up half a page";
        PageDown "page-down" "" "go down a page";
        PageUp "page-up" "" "go up a page";
        Top "top" "" "go to the first row";
        Bottom "bottom" "" "go to the last row";
    }
    Go {
        Enter "enter" "follow" "follow the row: open a directory, show a file, go to a dependency's other end or its line";
        Back "back" "back" "step back: leave a search, a filter or a zoomed pane, else go to where you were before";
        Open "open" "open" "open the row, or step into it";
        Close "close" "close" "close the row, or step out to the one above";
        OpenAll "open-all" "" "open every directory, or every group";
        CloseAll "close-all" "" "close everything";
        HistoryBack "history-back" "" "go to where the last jump began";
        HistoryForward "history-forward" "" "undo going back";
        GoToParent "go-to-parent" "" "go to the component that contains this one";
        GoToRoot "go-to-root" "" "go to the workspace";
        GoToCycle "go-to-cycle" "" "go to the next member of the cycle that this component is in";
        GoToTree "go-to-tree" "" "go to the row's directory or file in the tree of components";
        GoToRisk "go-to-risk" "" "go to this component in the risk table";
        Find "find" "find" "find a file, component or symbol by a few letters of its name";
        FocusNext "focus-next" "pane" "go to the next pane";
        FocusPrevious "focus-previous" "" "go to the previous pane";
        FocusTree "focus-tree" "" "go to the components; again: zoom";
        FocusDependencies "focus-dependencies" "" "go to the dependencies; again: zoom";
        FocusRisk "focus-risk" "" "go to the risk table; again: zoom";
        FocusSource "focus-source" "" "go to the source; again: zoom";
        ViewBlindSpots "blind-spots" "" "view what the graph does not show: imports without a target, files not understood";
        ViewCycles "cycles" "" "view the cycles of dependencies: what to cut, in which order, and what is left";
        ViewRules "rules" "" "view the project's own rules: what breaks them, with reasons and lines";
        ViewChanges "changes" "" "view what changed since the session began, or since the work parted from the main branch";
        ViewWhatIf "what-if" "" "view the what-if that is on: what it changes, and the lines to touch";
        ViewAnswer "answer" "" "view the answer to what was asked of the graph last";
        ViewSystem "system" "" "view the running system: components, channels, routes, tables, pipelines, what links them";
        ViewReport "report" "" "view a report: its headings, the text of a section, and the lines behind each statement";
        ViewPackages "packages" "" "view the external packages: versions, declarations, importers, findings";
    }
    Ask {
        Why "why" "why" "show the shortest ways from what is marked to the selection, with their lines";
        Cut "cut" "" "show the fewest statements whose removal parts what is marked from the selection";
        Impact "impact" "impact" "show what depends on what is marked, or on the selection, by distance, and which tests";
        Introduced "introduced" "" "say which commit brought the selected dependency, and which closed the cycle";
    }
    WhatIf {
        WhatIfMove "what-if-move" "" "move the file or folder to another path, or what is marked into the selected folder";
        WhatIfMerge "what-if-merge" "" "merge what is marked into the selection, or the selection into another file or folder";
        WhatIfCut "what-if-cut" "" "cut the selected dependency (of a cycle the whole proposal), or what leads from what is marked to the selection";
        WhatIfUndo "what-if-undo" "" "take the last step back";
        WhatIfRedo "what-if-redo" "" "take the step again that was taken back";
        WhatIfEnd "what-if-end" "" "take all steps back";
        WhatIfCopy "what-if-copy" "" "copy the steps with the lines to touch";
        WhatIfWrite "what-if-write" "" "write the steps with the lines to touch to a file";
    }
    Show {
        Search "search" "search" "search in the pane";
        SearchNext "search-next" "" "go to the next match";
        SearchPrevious "search-previous" "" "go to the previous match";
        Filter "filter" "filter" "show only rows that match a few letters";
        Zoom "zoom" "" "give the focused pane the whole screen, or take it back";
        SortNext "sort-next" "sort" "sort the risk table by the next column";
        SortPrevious "sort-previous" "" "sort the risk table by the previous column";
        SortReverse "sort-reverse" "reverse" "turn the order of the risk table around";
        NextLevel "next-level" "level" "risk of files, of directories, or of packages; cycles of siblings or of files; the next report";
        PinRemove "pin-remove" "remove" "cycles: cut this dependency in any case; again: let it be decided";
        PinKeep "pin-keep" "keep" "cycles: keep this dependency in any case; again: let it be decided";
        ToggleTests "toggle-tests" "tests" "show or hide what only test code needs";
        NextEvidence "next-evidence" "next line" "show the next line that makes the dependency";
        PreviousEvidence "previous-evidence" "previous line" "show the previous line that makes the dependency";
        ResetDeltas "reset-deltas" "" "count changes from now on";
        CompareWith "compare-with" "" "count changes from where the work parted from the main branch, or from the session's beginning";
    }
    Take {
        Mark "mark" "mark" "mark the component, or take the mark away";
        MarkQuery "mark-query" "" "mark what a query selects, in place of what is marked";
        ClearMarks "clear-marks" "" "take all marks away";
        Edit "edit" "edit" "open the file in your editor at the line";
        CopyPath "copy-path" "copy path" "copy the path, with the line if there is one";
        CopyMermaid "copy-mermaid" "" "copy a Mermaid diagram of what is marked, or of the selection and its neighbours";
        Export "export" "export" "write a Mermaid diagram of what is marked, or of the selection and its neighbours, to a file";
        ExportWider "export-wider" "" "the same with neighbours of neighbours";
    }
    Program {
        Palette "palette" "commands" "do anything by its name, or mark and list what a query selects";
        Help "help" "help" "show what every key does";
        Rescan "rescan" "" "read the whole project again";
        NextTheme "next-theme" "" "change to the next theme";
        ToggleMouse "toggle-mouse" "" "use the mouse or leave it to the terminal";
        Redraw "redraw" "" "draw the whole screen again";
        Suspend "suspend" "" "stop the explorer and return to the shell; `fg` comes back";
        Quit "quit" "quit" "leave the explorer";
    }
    Input {
        Accept "accept" "accept" "take the answer or the chosen row";
        Cancel "cancel" "cancel" "close without doing anything";
        Next "next" "next" "choose the next row";
        Previous "previous" "previous" "choose the previous row";
    }
}

impl Action {
    /// The action with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }
}
