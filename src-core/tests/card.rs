//! What is left of a card's picture after it was read: nothing in any file, nothing of it in memory.
//!
//! The test runs itself again in a process whose folders are all its own, so that whatever appears there is its doing.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]

use std::{
    collections::BTreeMap,
    env,
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use image::{GrayImage, Luma, codecs::jpeg::JpegEncoder};
use pakn_api::{ipc::ReadCard, model::profile::ProfileForm};
use pakn_core::{Client, Config, MemoryTokenStore};
use qrcode::{Color, QrCode};
use zeroize::Zeroizing;

const TEXT: &str = "062190000123|233123456|Nguyễn Thị An|07041990|Nữ|Thôn 1, Đăk Mar, Đăk Hà, Kon Tum|25062021";
/// The folder that is the second process's own.
const ROOT: &str = "KONTUMS_TEST_ROOT";
/// Bytes of the picture, [`hidden`], so that this process holds none of them by itself.
const TRACES: &str = "KONTUMS_TEST_TRACES";
/// What hides bytes.
const MASK: u8 = 0x5a;

fn hidden(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{:02x}", byte ^ MASK)).collect()
}

fn picture() -> Vec<u8> {
    let code = QrCode::new(TEXT).unwrap();
    let (width, colours) = (code.width() as u32, code.to_colors());
    let image = GrayImage::from_fn((width + 8) * 8, (width + 8) * 8, |x, y| {
        let (column, row) = ((x / 8).checked_sub(4), (y / 8).checked_sub(4));
        let at = column.zip(row).filter(|(column, row)| *column < width && *row < width);
        let dark = at.is_some_and(|(column, row)| colours.get((row * width + column) as usize) == Some(&Color::Dark));
        Luma([if dark { 30 } else { 220 }])
    });
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, 85).encode_image(&image).unwrap();
    file
}

/// Every file below a folder, with its content.
fn files(folder: &Path, found: &mut BTreeMap<PathBuf, Option<Vec<u8>>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
            found.insert(path, None);
        } else {
            let content = fs::read(&path).unwrap();
            found.insert(path, Some(content));
        }
    }
}

/// Whether this process's memory holds these bytes, given hidden.
fn remembers(trace: &[u8]) -> bool {
    let mut memory = File::open("/proc/self/mem").unwrap();
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines().any(|line| {
        let mut columns = line.split_whitespace();
        let (range, rights) = (columns.next().unwrap(), columns.next().unwrap());
        let (from, to) = range.split_once('-').unwrap();
        let (from, to) = (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(to, 16).unwrap());
        if !rights.starts_with("rw") || line.ends_with("[vvar]") {
            return false;
        }
        let mut content = Zeroizing::new(Vec::with_capacity(usize::try_from(to - from).unwrap()));
        memory.seek(SeekFrom::Start(from)).unwrap();
        // A part that went away meanwhile holds nothing.
        let _ = memory.by_ref().take(to - from).read_to_end(&mut content);
        content.windows(trace.len()).any(|seen| seen.iter().zip(trace).all(|(byte, hidden)| byte ^ MASK == *hidden))
    })
}

#[test]
fn nothing_of_a_card_is_left_behind() {
    if let Some(root) = env::var_os(ROOT) {
        return read_one(Path::new(&root));
    }
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    fs::create_dir_all(root.join("tmp")).unwrap();
    let picture = picture();
    let base64 = STANDARD.encode(&picture);
    fs::write(dir.path().join("picture"), &base64).unwrap();
    let middle = |bytes: &[u8]| hidden(bytes.get(bytes.len() / 2..bytes.len() / 2 + 48).unwrap());
    let status = Command::new(env::current_exe().unwrap())
        .args(["--exact", "nothing_of_a_card_is_left_behind", "--nocapture"])
        .current_dir(&root)
        .env(ROOT, &root)
        .env(TRACES, format!("{},{}", middle(base64.as_bytes()), middle(&picture)))
        .envs(["TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"].map(|name| (name, root.join("tmp"))))
        .status();
    assert!(status.unwrap().success());
}

fn read_one(root: &Path) {
    let hex = env::var(TRACES).unwrap();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    let traces: Vec<Vec<u8>> = hex.split(',').map(|trace| trace.as_bytes().chunks(2).map(byte).collect()).collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let tokens = Arc::new(MemoryTokenStore::default());
        // Nothing listens on the discard port: the app is offline.
        let server_url = "http://127.0.0.1:9".to_owned();
        let client = Client::open(Config { data_dir: root.join("data"), server_url, tokens, device_name: None }).await.unwrap();
        let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
        files(root, &mut before);
        let base64 = fs::read_to_string(root.with_file_name("picture")).unwrap();
        assert!(remembers(traces.first().unwrap()), "what is in memory is found there");
        let form = client.read_card(ReadCard { base64, form: ProfileForm::default() }).await.unwrap();
        assert_eq!((form.identity_number.as_str(), form.street.as_str()), ("062190000123", "Thôn 1"));
        files(root, &mut after);
        assert!(before == after, "{:?} became {:?}", before.keys(), after.keys());
        for trace in &traces {
            assert!(!remembers(trace), "the picture is still in memory");
        }
    });
}
