//! What resources of Terraform and CloudFormation say of how they run.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::draft::Draft;
use super::super::model::{ComponentId, Place, PracticeKind as Kind};
use super::Of;
use crate::document::{Document, Tree};
use crate::lang::resolve::Sources;

/// Settings of resources: those whose value is a flag count where it is set, numbers where they are not zero.
const SETTINGS: &[(&[&str], Kind)] = &[
    (
        &[
            "backup_retention_period",
            "BackupRetentionPeriod",
            "backup_retention_days",
            "snapshot_retention_limit",
            "SnapshotRetentionLimit",
            "backup_configuration",
            "point_in_time_recovery",
            "PointInTimeRecoverySpecification",
        ],
        Kind::Backup,
    ),
    (
        &[
            "multi_az",
            "MultiAZ",
            "multi_az_enabled",
            "automatic_failover_enabled",
            "desired_count",
            "DesiredCount",
            "num_cache_nodes",
            "NumCacheClusters",
            "num_cache_clusters",
            "replica_count",
            "geo_redundant_backup_enabled",
        ],
        Kind::Replicas,
    ),
    (
        &[
            "storage_encrypted",
            "StorageEncrypted",
            "at_rest_encryption_enabled",
            "AtRestEncryptionEnabled",
            "encrypted",
            "Encrypted",
            "kms_key_id",
            "KmsKeyId",
            "server_side_encryption",
            "SSESpecification",
            "encryption_configuration",
            "BucketEncryption",
            "server_side_encryption_configuration",
            "kms_master_key_id",
            "KmsMasterKeyId",
        ],
        Kind::DataProtection,
    ),
    (
        &[
            "transit_encryption_enabled",
            "TransitEncryptionEnabled",
            "certificate_arn",
            "acm_certificate_arn",
            "ssl_policy",
            "SslPolicy",
            "https_only",
            "enable_https_traffic_only",
            "ssl_enforcement_enabled",
            "require_ssl",
        ],
        Kind::Tls,
    ),
    (
        &["health_check", "HealthCheck", "HealthCheckPath", "health_check_path", "health_check_grace_period_seconds"],
        Kind::HealthCheck,
    ),
    (&["schedule_expression", "ScheduleExpression"], Kind::Schedule),
    (&["reserved_concurrent_executions", "ReservedConcurrentExecutions"], Kind::Bulkhead),
];

/// Kinds of resources that are a practice as a whole.
const WHOLE: &[(&str, Kind)] = &[
    ("aws_backup_plan", Kind::Backup),
    ("AWS::Backup::BackupPlan", Kind::Backup),
    ("azurerm_backup_policy_vm", Kind::Backup),
    ("aws_appautoscaling_target", Kind::Autoscaling),
    ("aws_autoscaling_group", Kind::Autoscaling),
    ("AWS::AutoScaling::AutoScalingGroup", Kind::Autoscaling),
    ("AWS::ApplicationAutoScaling::ScalableTarget", Kind::Autoscaling),
    ("google_compute_autoscaler", Kind::Autoscaling),
    ("google_compute_region_autoscaler", Kind::Autoscaling),
    ("azurerm_monitor_autoscale_setting", Kind::Autoscaling),
    ("aws_wafv2_web_acl", Kind::RateLimit),
];

pub fn read(sources: &Sources, draft: &mut Draft) {
    let owners: BTreeMap<Place, Option<ComponentId>> = draft
        .resources
        .iter()
        .filter(|resource| matches!(resource.technology, "Terraform" | "CloudFormation"))
        .filter_map(|resource| Some((resource.evidence.first()?.clone(), resource.component)))
        .collect();
    for document in &sources.documents {
        for tree in document.trees() {
            for (kind, name, line, body) in blocks(tree) {
                let place = Place::new(&document.path, line);
                // What no resource was made of is none.
                let Some(component) = owners.get(&place) else { continue };
                let mut of = Of { draft, component: *component };
                if let Some((_, practice)) = WHOLE.iter().find(|(whole, _)| *whole == kind) {
                    of.say(*practice, &format!("{kind} {name}"), place);
                }
                settings(&mut of, document, kind, body);
            }
        }
    }
}

/// The resources of a tree: kind, name, line and settings.
fn blocks(tree: &Tree) -> Vec<(&str, &str, u32, &Tree)> {
    let mut found = Vec::new();
    for kind in tree.entries().iter().filter(|entry| entry.key == "resource").flat_map(|entry| entry.value.entries()) {
        found.extend(kind.value.entries().iter().map(|name| (&*kind.key, &*name.key, name.line, &name.value)));
    }
    for entry in tree.get("Resources").map(Tree::entries).unwrap_or_default() {
        if let (Some(kind), Some(properties)) = (entry.value.text_at("Type"), entry.value.get("Properties")) {
            found.push((kind, &*entry.key, entry.line, properties));
        }
    }
    found
}

fn settings(of: &mut Of<'_>, document: &Arc<Document>, kind: &str, body: &Tree) {
    for entry in body.entries() {
        let Some((_, practice)) = SETTINGS.iter().find(|(names, _)| names.contains(&&*entry.key)) else { continue };
        let text = entry.value.text();
        if matches!(text, Some("false" | "0" | "" | "False")) {
            continue;
        }
        // What an expression comes to is not known, but that it is set is.
        let value = text.filter(|text| !text.contains("${") && text.len() < 40).unwrap_or_default();
        let place = Place::new(&document.path, entry.line);
        of.say(*practice, &format!("{kind} {} {value}", entry.key), place);
    }
    let protocol = body.entries().iter().find(|entry| {
        matches!(&*entry.key, "protocol" | "Protocol") && matches!(entry.value.text(), Some("HTTPS" | "TLS"))
    });
    if let Some(entry) = protocol {
        of.say(
            Kind::Tls,
            &format!("{kind} {}", entry.value.text().unwrap_or_default()),
            Place::new(&document.path, entry.line),
        );
    }
}
