//! Infrastructure that files declare: Terraform and CloudFormation resources, Kubernetes objects, networks and volumes.

use super::{ComponentId, Place};
use crate::facts::Name;

/// Index into [`System::resources`](super::System::resources).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(pub u32);

impl ResourceId {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a resource is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourceGroup {
    /// Runs code.
    Compute,
    /// Networks, subnets, gateways, load balancers, names.
    Network,
    /// Firewalls: security groups, network policies.
    Firewall,
    /// Keeps files and volumes.
    Storage,
    /// Keeps data.
    Database,
    /// Passes messages on.
    Messaging,
    /// Who may do what: roles, keys, secrets.
    Identity,
    /// Watches.
    Monitoring,
    /// Copies data away for later.
    Backup,
    /// Configuration handed to others.
    Configuration,
    /// Anything else.
    Other,
}

impl ResourceGroup {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Compute => "compute",
            Self::Network => "network",
            Self::Firewall => "firewall",
            Self::Storage => "storage",
            Self::Database => "database",
            Self::Messaging => "messaging",
            Self::Identity => "identity",
            Self::Monitoring => "monitoring",
            Self::Backup => "backup",
            Self::Configuration => "configuration",
            Self::Other => "other",
        }
    }
}

/// A resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its key in its file, with its module: `aws_subnet.private`, `deployment/cart`, `network/back`.
    pub name: Name,
    /// As the tool calls it: `aws_subnet`, `AWS::EC2::Subnet`, `Deployment`, `network`.
    pub kind: Name,
    /// `Terraform`, `CloudFormation`, `Kubernetes`, `Docker Compose`, ...
    pub technology: &'static str,
    /// Who runs it, where its kind says so: `AWS`.
    pub provider: Option<&'static str>,
    /// What it is for.
    pub group: ResourceGroup,
    /// The component that it runs or is, where exactly one can be meant.
    pub component: Option<ComponentId>,
    /// What is said of it that readers want: address range, instance class, port, schedule; in the order of the file.
    pub details: Vec<(Name, Name)>,
    /// The resources that it names, sorted.
    pub uses: Vec<ResourceId>,
    /// Sorted.
    pub evidence: Vec<Place>,
}
