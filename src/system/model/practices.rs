//! What is declared or coded about how components run: health, limits, resilience, protection, watching.

use super::{ComponentId, Place};
use crate::facts::Name;

/// What a [`Practice`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PracticeKind {
    // Deployment
    /// Something asks whether it is alive or ready.
    HealthCheck,
    /// How many of it run.
    Replicas,
    /// The number of it follows its load.
    Autoscaling,
    /// How many may be taken away at once.
    DisruptionBudget,
    /// What it may use of processor and memory.
    Limits,
    /// Whether it is started again.
    Restart,
    /// It keeps files beyond its own life.
    Volume,
    /// It is in a network of a name.
    Network,
    /// It is reached from outside at a port of the host.
    PublishedPort,
    /// Its image is named without a version, or by one that moves.
    MovingTag,
    /// It may do what the host may.
    Privileged,
    /// It runs as a user with all rights.
    RootUser,
    /// It runs as a user without rights, or read-only.
    Hardened,
    /// It is given a secret by reference.
    SecretReference,
    /// A secret's value stands in the file. The value is never kept.
    SecretInFile,
    /// Data is copied away for later.
    Backup,
    // Resilience in code and configuration
    /// It does not wait longer than this.
    Timeout,
    /// It tries again.
    Retry,
    /// It stops asking what does not answer.
    CircuitBreaker,
    /// It limits how many wait at once.
    Bulkhead,
    /// It limits how often it is asked.
    RateLimit,
    /// It has another answer where the first one fails.
    Fallback,
    // Security
    /// It asks who somebody is.
    Authentication,
    /// It asks what somebody may do.
    Authorization,
    /// It looks at what it is given before it uses it.
    Validation,
    /// It speaks under TLS.
    Tls,
    /// It stores passwords or data encrypted or hashed.
    DataProtection,
    // Operations
    /// It tells numbers.
    Metrics,
    /// It tells traces.
    Tracing,
    /// It writes a log in a form that machines read, or ships it.
    Logging,
    /// It keeps answers for later.
    Caching,
    /// It does something again and again by the clock.
    Schedule,
}

impl PracticeKind {
    /// Every kind.
    pub const ALL: [Self; 32] = [
        Self::HealthCheck,
        Self::Replicas,
        Self::Autoscaling,
        Self::DisruptionBudget,
        Self::Limits,
        Self::Restart,
        Self::Volume,
        Self::Network,
        Self::PublishedPort,
        Self::MovingTag,
        Self::Privileged,
        Self::RootUser,
        Self::Hardened,
        Self::SecretReference,
        Self::SecretInFile,
        Self::Backup,
        Self::Timeout,
        Self::Retry,
        Self::CircuitBreaker,
        Self::Bulkhead,
        Self::RateLimit,
        Self::Fallback,
        Self::Authentication,
        Self::Authorization,
        Self::Validation,
        Self::Tls,
        Self::DataProtection,
        Self::Metrics,
        Self::Tracing,
        Self::Logging,
        Self::Caching,
        Self::Schedule,
    ];

    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HealthCheck => "health check",
            Self::Replicas => "replicas",
            Self::Autoscaling => "autoscaling",
            Self::DisruptionBudget => "disruption budget",
            Self::Limits => "limits",
            Self::Restart => "restart policy",
            Self::Volume => "volume",
            Self::Network => "network",
            Self::PublishedPort => "published port",
            Self::MovingTag => "moving tag",
            Self::Privileged => "privileged",
            Self::RootUser => "root user",
            Self::Hardened => "hardened",
            Self::SecretReference => "secret reference",
            Self::SecretInFile => "secret in file",
            Self::Backup => "backup",
            Self::Timeout => "timeout",
            Self::Retry => "retry",
            Self::CircuitBreaker => "circuit breaker",
            Self::Bulkhead => "bulkhead",
            Self::RateLimit => "rate limit",
            Self::Fallback => "fallback",
            Self::Authentication => "authentication",
            Self::Authorization => "authorization",
            Self::Validation => "validation",
            Self::Tls => "TLS",
            Self::DataProtection => "data protection",
            Self::Metrics => "metrics",
            Self::Tracing => "tracing",
            Self::Logging => "logging",
            Self::Caching => "caching",
            Self::Schedule => "schedule",
        }
    }
}

/// One thing that a line says of how a component runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Practice {
    /// What it is about.
    pub kind: PracticeKind,
    /// Of whom; none for the whole project.
    pub component: Option<ComponentId>,
    /// In the words of the file or the library: `livenessProbe GET /health`, `3`, `@CircuitBreaker`, `zap`. Never a
    /// secret's value.
    pub detail: Name,
    /// Where.
    pub evidence: Place,
}
