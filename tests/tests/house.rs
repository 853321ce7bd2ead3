//! The rules of the house that a compiler doesn't hold: who may know whom, and what may be depended on.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use anyhow::Context;
use serde_json::Value;

/// Every edge between the project's own packages. Anything else is a wrong turn: see docs/ARCHITECTURE.md.
const MAY_KNOW: [(&str, &[&str]); 8] = [
    ("pakn-api", &[]),
    ("pakn-core", &["pakn-api"]),
    ("pakn-server", &["pakn-api"]),
    ("kontums-ui", &["pakn-api"]),
    ("kontums", &["pakn-api", "pakn-core", "tauri-plugin-camera"]),
    ("kontums-tests", &["pakn-api", "pakn-core", "pakn-server"]),
    ("tauri-plugin-camera", &[]),
    ("xtask", &[]),
];

/// Licences that a store build and a public repository can both live with.
const LICENCES: [&str; 12] = [
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MPL-2.0",
    "Unicode-3.0",
    "Zlib",
];

/// Crates that were looked at and turned down; docs/adr says why.
const TURNED_DOWN: [&str; 5] =
    ["tauri-plugin-stronghold", "tauri-plugin-keystore", "openssl-sys", "native-tls", "leptos_maplibre"];

fn metadata() -> anyhow::Result<Value> {
    let cargo = std::env::var_os("CARGO").context("run by cargo")?;
    let output = Command::new(cargo).args(["metadata", "--format-version", "1", "--locked"]).output()?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[test]
fn who_may_know_whom() -> anyhow::Result<()> {
    let metadata = metadata()?;
    let members: BTreeSet<_> = list(&metadata, "workspace_members").iter().filter_map(Value::as_str).collect();
    let own: BTreeMap<_, _> = list(&metadata, "packages")
        .iter()
        .filter(|p| members.contains(text(p, "id")))
        .map(|p| (text(p, "name"), list(p, "dependencies").iter().map(|d| text(d, "name")).collect::<BTreeSet<_>>()))
        .collect();
    let allowed: BTreeMap<_, BTreeSet<_>> =
        MAY_KNOW.iter().map(|(name, known)| (*name, known.iter().copied().collect())).collect();
    assert_eq!(own.keys().collect::<Vec<_>>(), allowed.keys().collect::<Vec<_>>(), "the members");
    for (name, dependencies) in &own {
        let known: BTreeSet<_> = dependencies.iter().copied().filter(|d| own.contains_key(d)).collect();
        let allowed = allowed.get(name).with_context(|| format!("{name} is no member"))?;
        let strangers: Vec<_> = known.difference(allowed).collect();
        assert!(strangers.is_empty(), "{name} must not know {strangers:?}");
    }
    Ok(())
}

#[test]
fn what_may_be_depended_on() -> anyhow::Result<()> {
    let metadata = metadata()?;
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for package in list(&metadata, "packages") {
        let (name, licence) = (text(package, "name"), text(package, "license"));
        *seen.entry(name).or_default() += 1;
        assert!(!TURNED_DOWN.contains(&name), "{name} was turned down");
        if let Some(source) = package.get("source").and_then(Value::as_str) {
            assert!(source.starts_with("registry+"), "{name} comes from {source}");
        }
        let fits = |expression: &str| LICENCES.contains(&expression.trim().trim_matches(['(', ')']));
        let any_choice_fits = licence.replace('/', " OR ").split(" OR ").any(|choice| choice.split(" AND ").all(fits));
        let unlicensed_ours = licence.is_empty() && package.get("source").is_some_and(Value::is_null);
        assert!(any_choice_fits || unlicensed_ours, "{name}: licence {licence:?}");
    }
    for single in ["libsqlite3-sys", "wasm-bindgen", "tokio", "serde", "rustls"] {
        assert_eq!(seen.get(single), Some(&1), "{single}: one version");
    }
    Ok(())
}
