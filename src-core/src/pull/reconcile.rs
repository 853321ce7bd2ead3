//! Whether what came back is newer than what is here.

/// What to do with an incoming report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// What is here is as new or newer.
    Keep,
    /// Put the incoming one in its place.
    Replace,
}

/// Compares the mirror's revision (0: known from the receipt alone) with the incoming one.
pub(super) const fn reconcile(local: Option<u32>, incoming: u32) -> Plan {
    match local {
        Some(local) if local >= incoming => Plan::Keep,
        Some(_) | None => Plan::Replace,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_page_never_undoes_a_newer_state() {
        assert_eq!(reconcile(None, 1), Plan::Replace);
        assert_eq!(reconcile(Some(0), 1), Plan::Replace, "the receipt's stand-in gives way");
        assert_eq!(reconcile(Some(3), 3), Plan::Keep);
        assert_eq!(reconcile(Some(3), 2), Plan::Keep);
    }
}
