import Foundation

/// More came than may.
struct TooLarge: Error {}

/// Whether this says that the device is full.
func isFull(_ error: Error) -> Bool {
  let error = error as NSError
  if error.domain == NSCocoaErrorDomain && error.code == NSFileWriteOutOfSpaceError { return true }
  if error.domain == NSPOSIXErrorDomain && (error.code == Int(ENOSPC) || error.code == Int(EDQUOT)) { return true }
  return error.underlyingErrors.contains(where: isFull)
}

/// The app's own folder of what was taken or picked. How it is laid out is described in Rust's `inbox`.
/// Used by one queue at a time.
final class Inbox {
  let folder: URL
  private var count = 0

  init() {
    let support = FileManager.default.urls(for: .applicationSupportDirectory, in: .userDomainMask)
    folder = (support.first ?? FileManager.default.temporaryDirectory).appendingPathComponent("camera", isDirectory: true)
  }

  /// A new item's folder.
  func make(label: String, what: What) throws -> URL {
    count += 1
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    // The rest of an id: the same count may come again in a process started anew.
    let unique = UUID().uuidString.prefix(8)
    let name = String(format: "%013lld-%06d-", now, count) + "\(unique)-\(what.rawValue)"
    let item = folder.appendingPathComponent(label, isDirectory: true).appendingPathComponent(name, isDirectory: true)
    try FileManager.default.createDirectory(at: item, withIntermediateDirectories: true)
    var all = folder
    var values = URLResourceValues()
    values.isExcludedFromBackup = true
    try? all.setResourceValues(values)
    return item
  }

  /// How Rust calls it.
  func name(_ item: URL) -> String {
    item.deletingLastPathComponent().lastPathComponent + "/" + item.lastPathComponent
  }

  /// Removes an item.
  func drop(_ item: URL) {
    try? FileManager.default.removeItem(at: item)
  }

  /// A name for what the camera takes.
  func newName(_ ending: String) -> String {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.dateFormat = "yyyyMMdd-HHmmss"
    return format.string(from: Date()) + "." + ending
  }

  /// A name that somebody else gave, fit for a file system.
  func fit(_ name: String) -> String {
    let safe = name.map { $0 == "/" || $0 == ":" || $0.unicodeScalars.contains(where: CharacterSet.controlCharacters.contains) ? "_" : $0 }
    return String(String(safe).suffix(80).drop(while: { $0 == "." }))
  }

  /// Copies a file that is somebody else's, and answers when it is on the disk.
  func copy(_ from: URL, to: URL, maxBytes: Int64) throws {
    let length = try from.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
    if Int64(length) > maxBytes { throw TooLarge() }
    let part = self.part(beside: to)
    try? FileManager.default.removeItem(at: part)
    try FileManager.default.copyItem(at: from, to: part)
    try keep(part, as: to)
  }

  /// Where a file is written that is not whole yet.
  func part(beside file: URL) -> URL {
    file.deletingLastPathComponent().appendingPathComponent(".part")
  }

  /// Gives a whole file its name, once it is on the disk; what it was made of goes.
  func keep(_ part: URL, as file: URL, insteadOf before: URL? = nil) throws {
    let handle = try FileHandle(forWritingTo: part)
    try handle.synchronize()
    try handle.close()
    if before == file {
      _ = try FileManager.default.replaceItemAt(file, withItemAt: part)
      return
    }
    try FileManager.default.moveItem(at: part, to: file)
    if let before = before { try FileManager.default.removeItem(at: before) }
  }
}
