import Foundation

// What Rust says and hears. Names here are names in ../../src/models.rs and error.rs: a test compares them.

enum What: String, Decodable {
  case photo = "photo"
  case video = "video"
}

struct TakeArgs: Decodable {
  let label: String
  let what: What
  let maxSeconds: Int
  let maxBytes: Int64
}

struct PickArgs: Decodable {
  let label: String
  let most: Int
  let maxBytes: Int64
}

/// Why nothing at all comes.
enum Code: String {
  case denied = "denied"
  case noCamera = "no-camera"
  case noRoom = "no-room"
}

/// Why something picked does not come.
enum Reason: String, Encodable {
  case tooMany = "too-many"
  case tooLarge = "too-large"
  case noRoom = "no-room"
  case failed = "failed"
}

struct Missing: Encodable {
  let name: String
  let reason: Reason
}

struct Added: Encodable {
  let folder: String
  var items: [String] = []
  var missing: [Missing] = []
}

/// Where everything lies, once nothing is on its way any more.
struct Settled: Encodable {
  let folder: String
}
