//! What a receipt must say before the device lets go of its outbox row.

use pakn_api::{
    Timestamp,
    id::{MediaHash, OpId, ReportId},
    model::report::MediaRef,
    wire::Receipt,
};

/// What a receipt amounts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The server has the report and every file of it.
    Complete {
        /// Since when.
        received_at: Timestamp,
    },
    /// The server has the report, but not these files.
    Missing(Vec<MediaHash>),
    /// This is not a receipt for what was sent.
    NotOurs,
}

/// Compares a receipt with what was sent: every hash and length, nothing more and nothing less.
pub(super) fn judge(receipt: &Receipt, op_id: OpId, report_id: ReportId, sent: &[MediaRef]) -> Verdict {
    let same_report = receipt.op_id == op_id && receipt.report_id == report_id;
    let same_files = receipt.media.len() == sent.len()
        && receipt.media.iter().zip(sent).all(|(got, sent)| got.sha256 == sent.sha256 && got.bytes == sent.bytes);
    if !same_report || !same_files {
        return Verdict::NotOurs;
    }
    let missing: Vec<_> = receipt.media.iter().filter(|m| !m.stored).map(|m| m.sha256).collect();
    match receipt.received_at {
        Some(received_at) if missing.is_empty() => Verdict::Complete { received_at },
        Some(_) | None => Verdict::Missing(missing),
    }
}

#[cfg(test)]
mod tests {
    use pakn_api::{model::report::MediaKind, wire::ReceiptMedium};

    use super::*;

    fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(last: u8) -> Result<T, T::Err> {
        format!("00000000-0000-7000-8000-0000000000{last:02x}").parse()
    }

    #[test]
    fn only_a_receipt_that_lists_every_file_as_stored_is_complete() -> Result<(), pakn_api::id::BadId> {
        let (op, report): (OpId, ReportId) = (id(1)?, id(2)?);
        let hash = |n| MediaHash::from_digest([n; 32]);
        let sent =
            [1, 2].map(|n| MediaRef { sha256: hash(n), bytes: 9, kind: MediaKind::Jpeg, width: 1, height: 1, duration_ms: None });
        let stored = |n| ReceiptMedium { sha256: hash(n), bytes: 9, stored: true };
        let good = Receipt {
            op_id: op,
            report_id: report,
            received_at: Some(Timestamp(7)),
            media: vec![stored(1), stored(2)],
            signed: None,
        };
        let with = |change: fn(&mut Receipt)| {
            let mut receipt = good.clone();
            change(&mut receipt);
            judge(&receipt, op, report, &sent)
        };
        assert_eq!(with(|_| ()), Verdict::Complete { received_at: Timestamp(7) });
        assert_eq!(with(|r| r.received_at = None), Verdict::Missing(vec![]));
        assert_eq!(with(|r| r.media.iter_mut().for_each(|m| m.stored = false)), Verdict::Missing(vec![hash(1), hash(2)]));
        assert_eq!(with(|r| r.media.truncate(1)), Verdict::NotOurs, "a file left out");
        assert_eq!(with(|r| r.media.reverse()), Verdict::NotOurs, "other order");
        assert_eq!(with(|r| r.media.iter_mut().for_each(|m| m.bytes = 8)), Verdict::NotOurs, "other length");
        assert_eq!(judge(&good, id(3)?, report, &sent), Verdict::NotOurs, "another operation");
        Ok(())
    }
}
