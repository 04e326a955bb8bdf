//! From words and signs to a tree.

use super::lex::{Token, TokenKind, lex};
use super::{Expr, ExprNode, FUNCTIONS, Function, Operator, Query, QueryError};

/// How deep parentheses and calls may be nested.
const DEEPEST: usize = 64;

/// Reads a query.
pub(super) fn parse(text: &str) -> Result<Query, QueryError> {
    let mut parser = Parser { tokens: lex(text)?, at: 0, depth: 0 };
    let root = parser.expression()?;
    match &parser.peek().kind {
        TokenKind::End => Ok(Query { root }),
        _ => Err(parser.unexpected("an operator (union + intersect ^ except -) or the end")),
    }
}

struct Parser {
    /// The last one is [`TokenKind::End`].
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn unexpected(&self, wanted: &str) -> QueryError {
        let found = match &self.peek().kind {
            TokenKind::Word(word) | TokenKind::Quoted(word) => format!("'{word}'"),
            TokenKind::Open => "'('".to_owned(),
            TokenKind::Close => "')'".to_owned(),
            TokenKind::Comma => "','".to_owned(),
            TokenKind::Sign(sign) => format!("'{sign}'"),
            TokenKind::End => "the end".to_owned(),
        };
        QueryError { column: self.peek().column, message: format!("expected {wanted}, found {found}") }
    }

    fn expression(&mut self) -> Result<Expr, QueryError> {
        let mut left = self.operand()?;
        while let Some(operator) = self.operator() {
            self.at += 1;
            let right = self.operand()?;
            left = Expr { column: left.column, node: ExprNode::Binary(operator, Box::new(left), Box::new(right)) };
        }
        Ok(left)
    }

    fn operator(&self) -> Option<Operator> {
        match &self.peek().kind {
            TokenKind::Sign('+') => Some(Operator::Union),
            TokenKind::Sign('^') => Some(Operator::Intersect),
            TokenKind::Sign('-') => Some(Operator::Except),
            TokenKind::Word(word) => match word.as_str() {
                "union" => Some(Operator::Union),
                "intersect" => Some(Operator::Intersect),
                "except" => Some(Operator::Except),
                _ => None,
            },
            _ => None,
        }
    }

    fn operand(&mut self) -> Result<Expr, QueryError> {
        if self.operator().is_some() {
            return Err(self.unexpected("a path, a function or '('"));
        }
        let column = self.peek().column;
        match self.peek().kind.clone() {
            TokenKind::Open => {
                self.at += 1;
                let inner = self.nested(column, Self::expression)?;
                self.close()?;
                Ok(inner)
            }
            TokenKind::Quoted(path) => {
                self.at += 1;
                Ok(Expr { column, node: ExprNode::Path(path) })
            }
            TokenKind::Word(word) => {
                self.at += 1;
                if self.peek().kind != TokenKind::Open {
                    return Ok(Expr { column, node: ExprNode::Path(word) });
                }
                let function = function(&word, column)?;
                self.at += 1;
                let arguments = self.nested(column, Self::arguments)?;
                self.close()?;
                if (function.least..=function.most).contains(&arguments.len()) {
                    Ok(Expr { column, node: ExprNode::Call(function, arguments) })
                } else {
                    let given = arguments.len();
                    Err(QueryError { column, message: format!("{} does not take {given} arguments", function.usage) })
                }
            }
            _ => Err(self.unexpected("a path, a function or '('")),
        }
    }

    fn nested<T>(&mut self, column: usize, inner: fn(&mut Self) -> Result<T, QueryError>) -> Result<T, QueryError> {
        if self.depth == DEEPEST {
            return Err(QueryError { column, message: format!("nested deeper than {DEEPEST} levels") });
        }
        self.depth += 1;
        let parsed = inner(self);
        self.depth -= 1;
        parsed
    }

    fn arguments(&mut self) -> Result<Vec<Expr>, QueryError> {
        let mut arguments = Vec::new();
        while self.peek().kind != TokenKind::Close {
            arguments.push(self.expression()?);
            if self.peek().kind != TokenKind::Comma {
                break;
            }
            self.at += 1;
        }
        Ok(arguments)
    }

    fn close(&mut self) -> Result<(), QueryError> {
        if self.peek().kind != TokenKind::Close {
            return Err(self.unexpected("',' or ')'"));
        }
        self.next();
        Ok(())
    }
}

fn function(name: &str, column: usize) -> Result<&'static Function, QueryError> {
    FUNCTIONS.iter().find(|function| function.name == name).ok_or_else(|| {
        let names: Vec<&str> = FUNCTIONS.iter().map(|function| function.name).collect();
        QueryError { column, message: format!("no function '{name}'; there are {}", names.join(", ")) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree with its parentheses written out.
    fn show(expr: &Expr) -> String {
        match &expr.node {
            ExprNode::Path(path) => path.clone(),
            ExprNode::Call(function, arguments) => {
                format!("{}({})", function.name, arguments.iter().map(show).collect::<Vec<_>>().join(", "))
            }
            ExprNode::Binary(operator, left, right) => format!("({} {operator:?} {})", show(left), show(right)),
        }
    }

    fn shown(text: &str) -> String {
        show(&parse(text).expect("a query").root)
    }

    #[test]
    fn operators_bind_to_the_left_and_have_a_word_each() {
        assert_eq!(shown("a + b - c"), "((a Union b) Except c)");
        assert_eq!(shown("a union b intersect (c except d)"), "((a Union b) Intersect (c Except d))");
        assert_eq!(shown("deps(src/**, 2) ^ kind(file)"), "(deps(src/**, 2) Intersect kind(file))");
    }

    #[test]
    fn a_name_without_parentheses_is_a_path() {
        assert_eq!(shown("deps + tests"), "(deps Union tests)");
    }

    #[test]
    fn errors_point_at_the_place() {
        let at = |text: &str| parse(text).map(|_| ()).map_err(|error| (error.column, error.message));
        assert_eq!(
            at("a b"),
            Err((3, "expected an operator (union + intersect ^ except -) or the end, found 'b'".into()))
        );
        assert_eq!(at("deps(a"), Err((7, "expected ',' or ')', found the end".into())));
        assert_eq!(at("a + "), Err((5, "expected a path, a function or '(', found the end".into())));
        assert_eq!(at("a + - b"), Err((5, "expected a path, a function or '(', found '-'".into())));
        assert_eq!(at("x + deps()"), Err((5, "deps(x[, depth]) does not take 0 arguments".into())));
        let unknown = at("dep(a)").expect_err("no such function");
        assert!(unknown.0 == 1 && unknown.1.starts_with("no function 'dep'; there are kind, deps"), "{unknown:?}");
    }

    #[test]
    fn nesting_has_an_end() {
        let deep = format!("{}a{}", "(".repeat(1000), ")".repeat(1000));
        assert_eq!(parse(&deep).map(|_| ()).map_err(|error| error.column), Err(DEEPEST + 1));
    }
}
