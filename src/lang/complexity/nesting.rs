//! From constructs at places to the complexity of each function.

use super::{Construct, Constructs, Event};
use crate::facts::{Complexity, DefinitionId};

/// A function or method of the file.
#[derive(Debug, Clone, Copy)]
pub(in crate::lang) struct Function {
    /// Which definition.
    pub id: DefinitionId,
    /// Its first byte, and one past its last.
    pub range: (u32, u32),
    /// The same of its body, where the grammar names that.
    pub body: Option<(u32, u32)>,
    /// Whether it calls itself.
    pub recursive: bool,
}

/// The complexity of each function that holds code, in the order in which they end; and of the whole file: its functions
/// and what stands outside of them. `functions` are by place, outer ones first.
pub(in crate::lang) fn measure(
    constructs: Constructs<'_>,
    source: &[u8],
    functions: &[Function],
) -> (Vec<(DefinitionId, Complexity)>, Complexity) {
    let events = constructs.finish(source);
    let mut steps: Vec<Step> = Vec::with_capacity(functions.len() + events.len() * 2);
    for (index, function) in functions.iter().enumerate() {
        steps.push(Step { at: function.range.0, order: 0, end: function.range.1, what: What::Function(index) });
    }
    for (index, event) in events.iter().enumerate() {
        steps.push(Step { at: event.start, order: 2, end: event.end, what: What::Event(index) });
        if let Some((start, end)) = event.deeper {
            steps.push(Step { at: start, order: 1, end, what: What::Deeper(index) });
        }
    }
    steps.sort_by_key(|step| (step.at, step.order, !step.end));
    let mut walk = Walk { functions: vec![Frame::outside()], ..Walk::default() };
    for step in steps {
        walk.leave(step.at);
        match step.what {
            What::Function(index) => walk.enter_function(functions[index]),
            What::Deeper(index) => walk.deepen(&events[index], step.end),
            What::Event(index) => walk.meet(&events[index]),
        }
    }
    walk.leave(u32::MAX);
    let outside = walk.functions.first().copied().unwrap_or_else(Frame::outside);
    let clamp = |value: i64| u32::try_from(value.max(0)).unwrap_or(u32::MAX);
    let of_functions: i64 = walk.measured.iter().map(|(_, complexity)| i64::from(complexity.cyclomatic)).sum();
    let file =
        Complexity { cyclomatic: clamp(of_functions + outside.decisions.max(0)), cognitive: clamp(outside.cognitive) };
    (walk.measured, file)
}

/// What happens at a place.
struct Step {
    at: u32,
    /// At one place functions begin first, then what is deeper.
    order: u8,
    end: u32,
    what: What,
}

enum What {
    Function(usize),
    Deeper(usize),
    Event(usize),
}

/// A function that is not at its end, or the file.
#[derive(Clone, Copy)]
struct Frame {
    /// None for the file.
    function: Option<Function>,
    decisions: i64,
    cognitive: i64,
    /// How many of its constructs count more with depth.
    deepened: i64,
    /// How deep its own constructs stand at this place.
    depth: i64,
    /// How much deeper it stands than what is around it.
    below: i64,
    /// Whether there is code in it.
    code: bool,
}

impl Frame {
    fn outside() -> Self {
        Self { function: None, decisions: 0, cognitive: 0, deepened: 0, depth: 0, below: 0, code: true }
    }
}

#[derive(Default)]
struct Walk {
    functions: Vec<Frame>,
    /// The ends of what is open, and whether that is a function.
    open: Vec<(u32, bool)>,
    measured: Vec<(DefinitionId, Complexity)>,
}

impl Walk {
    /// Closes what ends before a place.
    fn leave(&mut self, at: u32) {
        while let Some((_, is_function)) = self.open.pop_if(|(end, _)| *end <= at) {
            if is_function {
                self.leave_function();
            } else if let Some(frame) = self.functions.last_mut() {
                frame.depth -= 1;
            }
        }
    }

    fn enter_function(&mut self, function: Function) {
        // At the level of the file a function is not inside of anything that makes it harder to follow.
        let below = self.functions.last().map_or(0, |frame| frame.function.map_or(0, |_| frame.depth + 1));
        let cognitive = i64::from(function.recursive);
        let code = function.body.is_some();
        self.functions.push(Frame { function: Some(function), cognitive, below, code, ..Frame::outside() });
        self.open.push((function.range.1, true));
    }

    fn leave_function(&mut self) {
        let Some(frame) = self.functions.pop() else { return };
        let (Some(function), true) = (frame.function, frame.code) else { return };
        let clamp = |value: i64| u32::try_from(value.max(0)).unwrap_or(u32::MAX);
        let complexity =
            Complexity { cyclomatic: clamp(frame.decisions + 1).max(1), cognitive: clamp(frame.cognitive) };
        self.measured.push((function.id, complexity));
        if let Some(around) = self.functions.last_mut() {
            around.cognitive += frame.cognitive + frame.below * frame.deepened;
            around.deepened += frame.deepened;
        }
    }

    fn deepen(&mut self, event: &Event, end: u32) {
        let Some(frame) = self.functions.last_mut() else { return };
        if event.construct == Construct::Lambda {
            if let Some(function) = &mut frame.function {
                // The value of a variable that is a function: it is that function, not inside of it.
                let is_own = match function.body {
                    Some(body) => event.deeper == Some(body),
                    None => event.end == function.range.1 && !frame.code,
                };
                if is_own {
                    function.body = event.deeper;
                    frame.code = true;
                    return;
                }
            } else if frame.depth == 0 {
                return;
            }
        }
        frame.depth += 1;
        self.open.push((end, false));
    }

    fn meet(&mut self, event: &Event) {
        let Some(frame) = self.functions.last_mut() else { return };
        let (decisions, cognitive) = match event.construct {
            Construct::If | Construct::Branch => (1, 1 + frame.depth),
            Construct::Structure => (0, 1 + frame.depth),
            Construct::Match => (-1, 1 + frame.depth),
            Construct::Elif => (1, 1),
            Construct::Else | Construct::Jump => (0, 1),
            Construct::Case | Construct::Decision => (1, 0),
            Construct::Clauses => (-1, 0),
            Construct::Logical => (i64::from(event.operators.0), i64::from(event.operators.1)),
            // These leave other events behind.
            Construct::Lambda | Construct::Let | Construct::Try => return,
            Construct::Code => {
                frame.code |= frame.function.is_some_and(|function| function.range == (event.start, event.end));
                return;
            }
        };
        frame.code = true;
        frame.decisions += decisions;
        frame.cognitive += cognitive;
        use Construct::{Branch, If, Match, Structure};
        frame.deepened += i64::from(matches!(event.construct, If | Branch | Structure | Match));
    }
}
