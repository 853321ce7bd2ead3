//! The stand-in behaves as phones do, over real files.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing fixture fails the test")]

use std::{fs, path::Path};

use tauri::Wry;

use super::*;

/// Any runtime will do: none runs.
type Any = Wry;

fn camera(source: &Path, inbox: &Path) -> Camera<Any> {
    Camera::new(StandIn::new(source.as_os_str(), inbox.to_owned()))
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tauri::async_runtime::block_on(future)
}

fn photo(label: &str) -> Take {
    Take { label: label.to_owned(), what: What::Photo, max_seconds: 60, max_bytes: 1000 }
}

fn pick(most: u32) -> Pick {
    Pick { label: "r".to_owned(), most, max_bytes: 10 }
}

fn names(files: &[Captured]) -> Vec<&str> {
    files.iter().map(|file| file.name.as_str()).collect()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(dir.path().join(name), content).unwrap();
    }
    dir
}

#[test]
fn each_photo_is_the_next_and_a_video_has_its_poster() {
    let source = folder(&[("b.jpg", "bb"), ("a.jpg", "a"), ("c.mp4", "film"), ("c.mp4.poster.jpg", "still"), ("d.txt", "no")]);
    let inbox = tempfile::tempdir().unwrap();
    let camera = camera(source.path(), inbox.path());
    let first = run(camera.take(photo("r1"))).unwrap().files;
    assert_eq!((names(&first), first[0].bytes, first[0].kind, first[0].label.as_str()), (vec!["a.jpg"], 1, What::Photo, "r1"));
    assert!(first[0].path.starts_with(inbox.path()));
    let film = run(camera.take(Take { what: What::Video, ..photo("r1") })).unwrap().files;
    assert_eq!((names(&film), film[0].kind), (vec!["c.mp4"], What::Video));
    assert_eq!(fs::read_to_string(film[0].poster.as_ref().unwrap()).unwrap(), "still");
    assert_eq!(names(&run(camera.take(photo("r1"))).unwrap().files), ["b.jpg"]);
    assert_eq!(run(camera.take(photo("r1"))), Ok(Got::default()), "went back without one");
}

#[test]
fn what_is_picked_is_named_or_everything_and_what_cannot_be_had_is_said() {
    let source = folder(&[("a.jpg", "a"), ("b.png", "b"), ("large.jpg", "eleven bytes"), ("z.mov", "z")]);
    let inbox = tempfile::tempdir().unwrap();
    let camera = camera(source.path(), inbox.path());
    let got = run(camera.pick(pick(3))).unwrap();
    assert_eq!(names(&got.files), ["a.jpg", "b.png"]);
    let missing: Vec<_> = got.missing.iter().map(|missing| (missing.name.as_str(), missing.reason)).collect();
    assert_eq!(missing, [("large.jpg", Reason::TooLarge), ("z.mov", Reason::TooMany)]);
    fs::write(source.path().join("pick.txt"), "z.mov\na.jpg\n").unwrap();
    assert_eq!(names(&run(camera.pick(pick(3))).unwrap().files), ["z.mov", "a.jpg"]);
}

#[test]
fn what_was_not_removed_is_handed_over_at_the_next_start_and_only_then() {
    let source = folder(&[("a.jpg", "a"), ("b.jpg", "b"), ("c.jpg", "c")]);
    let inbox = tempfile::tempdir().unwrap();
    let before = camera(source.path(), inbox.path());
    let taken: Vec<_> = ["r2", "r1", "r2"].map(|label| run(before.take(photo(label))).unwrap().files.remove(0)).into();
    run(before.remove(taken[0].clone())).unwrap();
    run(before.remove(taken[0].clone())).unwrap();
    assert_eq!(run(before.recover()).unwrap(), None, "this process has them");
    // Killed while the camera was open, and while a copy was made.
    for half in ["r3/0000000000001-000-photo", "r1/0000000000002-000-video"] {
        fs::create_dir_all(inbox.path().join(half)).unwrap();
    }
    fs::write(inbox.path().join("r3/0000000000001-000-photo/taken.jpg"), "").unwrap();
    fs::write(inbox.path().join("r1/0000000000002-000-video/.part"), "half").unwrap();

    let after = camera(source.path(), inbox.path());
    let found = run(after.recover()).unwrap().unwrap();
    assert_eq!(found, taken[1..]);
    assert!(!inbox.path().join("r3").exists() && !inbox.path().join("r1/0000000000002-000-video").exists());
    for file in found {
        run(after.remove(file)).unwrap();
    }
    assert_eq!(fs::read_dir(inbox.path()).unwrap().count(), 0);
    assert_eq!(run(after.recover()).unwrap(), Some(vec![]));
}

#[test]
fn refusals_are_told_apart() {
    let inbox = tempfile::tempdir().unwrap();
    let denied = camera(Path::new("denied"), inbox.path());
    assert_eq!(run(denied.take(photo("r"))), Err(Error::Denied));
    let gone = camera(&inbox.path().join("gone"), inbox.path());
    assert!(matches!(run(gone.take(photo("r"))), Err(Error::Failed(_))));
    for label in ["", "../r", "a/b", ".", "x".repeat(65).as_str()] {
        assert!(matches!(run(denied.take(photo(label))), Err(Error::Failed(_))), "{label}");
    }
}

#[test]
fn nothing_but_an_inbox_file_is_ever_removed() {
    let dir = folder(&[("mine.jpg", "mine")]);
    let inbox = tempfile::tempdir().unwrap();
    let camera = camera(dir.path(), inbox.path());
    let file = run(camera.take(photo("r"))).unwrap().files.remove(0);
    let elsewhere = Captured { path: dir.path().join("mine.jpg"), ..file };
    assert!(run(camera.remove(elsewhere)).is_err());
    assert!(dir.path().join("mine.jpg").exists());
}

#[test]
fn only_what_is_under_the_labels_named_is_kept() {
    let (source, inbox) = (folder(&[("a.jpg", "a"), ("b.jpg", "b")]), folder(&[]));
    let camera = camera(source.path(), inbox.path());
    let kept = run(camera.take(photo("r1"))).unwrap().files.remove(0);
    let other = run(camera.take(photo("r11"))).unwrap().files.remove(0);
    run(camera.keep_only(vec!["r1".to_owned(), "r2".to_owned()])).unwrap();
    assert!(kept.path.exists() && !other.path.exists());
    run(camera.keep_only(vec![])).unwrap();
    assert_eq!(fs::read_dir(inbox.path()).unwrap().count(), 0);
}

#[test]
fn what_cannot_be_read_keeps_nothing_else_back() {
    let (source, inbox) = (folder(&[]), folder(&[]));
    let items = ["r/0000000000001-000-photo", "r/0000000000002-000-photo"];
    for item in items {
        fs::create_dir_all(inbox.path().join(item)).unwrap();
    }
    fs::write(inbox.path().join(items[0]).join(".hidden.jpg"), "a").unwrap();
    fs::write(inbox.path().join(items[1]).join("b.jpg"), "b").unwrap();
    let folder = inbox.path().to_str().unwrap().to_owned();
    let added = Added { folder, items: items.map(str::to_owned).into(), missing: vec![] };
    let got = run(camera(source.path(), inbox.path()).got(added)).unwrap();
    assert_eq!(names(&got.files), ["b.jpg"]);
    assert_eq!(got.missing, [Missing { name: String::new(), reason: Reason::Failed }]);
}
