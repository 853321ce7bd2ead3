//! Which reports of others are here, and which of them are near.

use pakn_api::{
    Timestamp,
    model::{
        catalogue::SubjectCode,
        report::{MediaKind, MediaRef},
        status::ReportStatus,
        words::{Content, Title},
    },
};
use uuid::Uuid;

use super::*;
use crate::store::{
    account_outbox::tests::{a_store, report, user, write},
    receipt,
};

pub(crate) const NOW: Timestamp = Timestamp(1_764_000_000_000);
/// Degrees of latitude in a metre.
const METRE: f64 = 1.0 / 111_195.0;

pub(crate) fn id(n: u128) -> ReportId {
    ReportId::from_uuid(Uuid::from_u128(n))
}

pub(crate) fn hash(n: u8) -> MediaHash {
    MediaHash::from_digest([n; 32])
}

pub(crate) fn moi_truong() -> FieldCode {
    FieldCode::parse("moi-truong").unwrap()
}

/// An open report so many metres north of where the tests are.
pub(crate) fn a_public_report(n: u128, metres: f64) -> PublicReport {
    let byte = u8::try_from(n % 251).unwrap();
    PublicReport {
        report_id: id(n),
        revision: 1,
        status: ReportStatus::Accepted,
        received_at: NOW.plus_ms(i64::try_from(n).unwrap()),
        field: moi_truong(),
        subject: SubjectCode::parse("xa-rac").unwrap(),
        title: Title::parse("Rác đổ ven suối").unwrap(),
        content: Content::parse("Rác đổ tràn ra bờ suối.").unwrap(),
        happened_at: NOW,
        position: Position::new(metres.mul_add(METRE, 14.35), 108.0, 5.0).unwrap(),
        ward: None,
        address: None,
        media: vec![MediaRef { sha256: hash(byte), bytes: 9, kind: MediaKind::Jpeg, width: 3, height: 2, duration_ms: None }],
        sender: None,
    }
}

pub(crate) fn here() -> Position {
    Position::new(14.35, 108.0, 5.0).unwrap()
}

fn found(db: &Connection, within_m: f64) -> Result<Vec<(u128, i64)>> {
    #[expect(clippy::cast_possible_truncation, reason = "some hundred metres")]
    let rounded = |distance: f64| distance.round() as i64;
    let near = near(db, Some(user(1)), &moi_truong(), (&here(), within_m))?;
    Ok(near.into_iter().map(|(report, distance)| (report.report_id.uuid().as_u128(), rounded(distance))).collect())
}

#[test]
fn what_is_near_is_found_with_its_distance_and_the_nearest_comes_first() {
    let store = a_store();
    let other_field = PublicReport { field: FieldCode::parse("trat-tu-do-thi").unwrap(), ..a_public_report(5, 1.0) };
    let east = PublicReport { position: Position::new(14.35, 108.1, 5.0).unwrap(), ..a_public_report(6, 0.0) };
    write(&store, |db| {
        for report in [a_public_report(1, 249.0), a_public_report(2, -120.0), a_public_report(3, 251.0), other_field, east] {
            assert!(put(db, &report)?);
        }
        assert_eq!(found(db, 250.0)?, [(2, 120), (1, 249)]);
        assert_eq!(found(db, 260.0)?, [(2, 120), (1, 249), (3, 251)]);
        assert_eq!(found(db, 100.0)?, []);
        Ok(())
    });
}

#[test]
fn ones_own_are_not_among_them() {
    let store = a_store();
    report(&store, 3, 1);
    write(&store, |db| {
        (1..=4).try_for_each(|n| put(db, &a_public_report(n, 10.0)).map(drop))?;
        let kept = receipt::Kept { received_at: NOW, files: 0, signed: "e30.e30.AA".to_owned() };
        receipt::put(db, user(1), id(1), &kept)?;
        receipt::put(db, user(2), id(4), &kept)?;
        assert_eq!(found(db, 250.0)?.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [2, 4]);
        Ok(())
    });
}

#[test]
fn the_newest_revision_counts_and_what_is_over_goes() {
    let store = a_store();
    let told = |revision, status| PublicReport { revision, status, ..a_public_report(1, 10.0) };
    write(&store, |db| {
        assert!(put(db, &told(2, ReportStatus::Assigned))?);
        assert!(!put(db, &told(2, ReportStatus::Assigned))?, "it is the same");
        assert!(!put(db, &told(1, ReportStatus::Closed))?, "it is from before");
        assert_eq!(get(db, id(1))?, Some(told(2, ReportStatus::Assigned)));
        assert!(put(db, &told(3, ReportStatus::Closed))?);
        assert_eq!(get(db, id(1))?, None);
        assert!(!put(db, &told(4, ReportStatus::Refused))?);
        Ok(())
    });
}

#[test]
fn of_too_many_the_newest_stay() {
    let store = a_store();
    write(&store, |db| {
        (1..=9).try_for_each(|n| put(db, &a_public_report(n, 10.0)).map(drop))?;
        let mut files = trim(db, 3)?;
        files.sort_unstable();
        assert_eq!(files, [1, 2, 3, 4, 5, 6].map(hash));
        assert_eq!(shown_no_more(db, vec![hash(6), hash(7)])?, [hash(6)]);
        let mut left: Vec<u128> = found(db, 250.0)?.into_iter().map(|(n, _)| n).collect();
        left.sort_unstable();
        assert_eq!(left, [7, 8, 9]);
        trim(db, 3)?;
        assert_eq!(found(db, 250.0)?.len(), 3);
        Ok(())
    });
}

#[test]
fn a_picture_is_anybodys_while_its_report_is() {
    let store = a_store();
    write(&store, |db| {
        put(db, &a_public_report(1, 10.0))?;
        assert_eq!((shows(db, hash(1))?, shows(db, hash(2))?), (true, false));
        assert!(remove(db, id(1))?);
        assert!(!shows(db, hash(1))?);
        Ok(())
    });
}
