import AVFoundation
import PhotosUI
import Tauri
import UIKit
import UniformTypeIdentifiers
import WebKit

/// Who waits for what.
private struct Question {
  let invoke: Invoke
  let label: String
  let most: Int
  /// A video that is longer is made smaller.
  let wantedBytes: Int64
  /// What is longer even so is refused.
  let maxBytes: Int64
}

/// What a block of the system's has made.
private final class Made: @unchecked Sendable {
  var added: Added
  private let lock = NSLock()
  private var isClaimed = false

  init(_ added: Added) { self.added = added }

  /// Answers whether nobody has claimed it before.
  func claim() -> Bool {
    lock.lock()
    defer { lock.unlock() }
    if isClaimed { return false }
    isClaimed = true
    return true
  }
}

/// Asks the system's camera and its photo picker. Questions and answers are touched on the main thread alone; files
/// are worked on by `work`, one after the other.
class CameraPlugin: Plugin {
  private let inbox = Inbox()
  private let work = DispatchQueue(label: "vn.kontums.camera")
  private var waiting: Question?
  private var isFinishing = false
  /// What is asked with, and whether there is any yet: none while leave for the camera is asked for.
  private weak var shown: UIViewController?
  private var wasShown = false
  /// How long a picked file may take to come, from the cloud for one, in seconds.
  private let patience = 120.0

  @objc public func take(_ invoke: Invoke) throws {
    let args = try invoke.parseArgs(TakeArgs.self)
    DispatchQueue.main.async {
      // What was taken is handed over however large it is: the app says what is wrong with it.
      let question = Question(invoke: invoke, label: args.label, most: 1, wantedBytes: args.maxBytes, maxBytes: .max / 4)
      guard self.begin(question) else { return }
      guard UIImagePickerController.isSourceTypeAvailable(.camera) else { return self.refuse(.noCamera) }
      AVCaptureDevice.requestAccess(for: .video) { isAllowed in
        DispatchQueue.main.async {
          if isAllowed { self.openCamera(args) } else { self.refuse(.denied) }
        }
      }
    }
  }

  @objc public func pick(_ invoke: Invoke) throws {
    let args = try invoke.parseArgs(PickArgs.self)
    DispatchQueue.main.async {
      let question = Question(invoke: invoke, label: args.label, most: args.most, wantedBytes: args.maxBytes, maxBytes: args.maxBytes)
      guard self.begin(question) else { return }
      // Without the photo library's own access the picker gives files, and asks for no leave.
      var wanted = PHPickerConfiguration()
      wanted.filter = .any(of: [.images, .videos])
      wanted.selectionLimit = max(1, args.most)
      wanted.selection = .ordered
      wanted.preferredAssetRepresentationMode = .compatible
      let picker = PHPickerViewController(configuration: wanted)
      picker.delegate = self
      self.present(picker)
    }
  }

  /// On an iPhone nothing comes from another process: what lies in the inbox is all there is.
  @objc public func recover(_ invoke: Invoke) throws {
    work.async { invoke.resolve(Settled(folder: self.inbox.folder.path)) }
  }

  /// Answers whether the question may be asked: a second tap on the same button is none.
  private func begin(_ question: Question) -> Bool {
    if let lost = waiting, wasShown, !isFinishing, shown?.presentingViewController == nil {
      // The system has taken the camera or the picker away, and nobody was told.
      lost.invoke.resolve(nothing())
      waiting = nil
    }
    if waiting != nil {
      question.invoke.resolve(nothing())
      return false
    }
    waiting = question
    wasShown = false
    return true
  }

  private func openCamera(_ args: TakeArgs) {
    let camera = UIImagePickerController()
    camera.sourceType = .camera
    camera.delegate = self
    switch args.what {
    case .photo:
      camera.mediaTypes = [UTType.image.identifier]
    case .video:
      camera.mediaTypes = [UTType.movie.identifier]
      camera.cameraCaptureMode = .video
      camera.videoQuality = .typeHigh
      camera.videoMaximumDuration = TimeInterval(args.maxSeconds)
    }
    camera.modalPresentationStyle = .fullScreen
    present(camera)
  }

  private func present(_ controller: UIViewController) {
    guard var top = manager.viewController else { return fail(NotMade()) }
    while let above = top.presentedViewController, !above.isBeingDismissed { top = above }
    controller.presentationController?.delegate = self
    shown = controller
    wasShown = true
    top.present(controller, animated: true)
  }

  /// Works on files, away from the main thread, and answers who waits.
  private func finish(_ add: @escaping (Question, inout Added) throws -> Void) {
    // A picker that is swept away may tell of it twice.
    guard let question = waiting, !isFinishing else { return }
    isFinishing = true
    work.async {
      let made = Result { () throws -> Added in
        var added = self.nothing()
        try add(question, &added)
        return added
      }
      DispatchQueue.main.async {
        self.isFinishing = false
        switch made {
        case .success(let added):
          self.waiting = nil
          question.invoke.resolve(added)
        case .failure(let error):
          self.fail(error)
        }
      }
    }
  }

  private func nothing() -> Added { Added(folder: inbox.folder.path) }

  private func refuse(_ code: Code) {
    waiting?.invoke.reject(code.rawValue, code: code.rawValue)
    waiting = nil
  }

  private func fail(_ error: Error) {
    if isFull(error) { return refuse(.noRoom) }
    // Its kind alone: descriptions name files.
    let kind = error as NSError
    waiting?.invoke.reject("\(kind.domain) \(kind.code)")
    waiting = nil
  }

  private func add(photo image: UIImage, noted: [String: Any], for question: Question, to added: inout Added) throws {
    let item = try inbox.make(label: question.label, what: .photo)
    do {
      let file = item.appendingPathComponent(inbox.newName("jpg"))
      let part = inbox.part(beside: file)
      try Media.write(image, noted: noted, to: part)
      try inbox.keep(part, as: file)
      added.items.append(inbox.name(item))
    } catch {
      inbox.drop(item)
      throw error
    }
  }

  private func add(_ source: URL, named name: String, what: What, for question: Question, to added: inout Added) throws {
    let item = try inbox.make(label: question.label, what: what)
    do {
      let file = item.appendingPathComponent(name)
      // A video shrinks when it is exported; what is far too large is not worth a copy.
      let most = what == .video ? question.maxBytes * 4 : question.maxBytes
      try inbox.copy(source, to: file, maxBytes: most)
      // What can't be converted is handed over as it is: the app says so.
      let whole = (what == .video ? try? videoForAll(file, wantedBytes: question.wantedBytes) : try? pictureForAll(file)) ?? file
      let length = try whole.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
      if Int64(length) > question.maxBytes { throw TooLarge() }
      if what == .video { Media.poster(of: whole) }
      added.items.append(inbox.name(item))
    } catch {
      inbox.drop(item)
      throw error
    }
  }

  private func pictureForAll(_ file: URL) throws -> URL {
    let part = inbox.part(beside: file)
    guard let named = try Media.jpeg(of: file, to: part) else { return file }
    try inbox.keep(part, as: named, insteadOf: file)
    return named
  }

  private func videoForAll(_ file: URL, wantedBytes: Int64) throws -> URL {
    let length = try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
    guard Media.isHevc(file) || Int64(length) > wantedBytes else { return file }
    let part = inbox.part(beside: file)
    try Media.export(file, to: part, wantedBytes: wantedBytes)
    let named = file.deletingPathExtension().appendingPathExtension("mp4")
    try inbox.keep(part, as: named, insteadOf: file)
    return named
  }
}

extension CameraPlugin: UIImagePickerControllerDelegate, UINavigationControllerDelegate {
  func imagePickerController(_ picker: UIImagePickerController, didFinishPickingMediaWithInfo info: [UIImagePickerController.InfoKey: Any]) {
    picker.dismiss(animated: true)
    let movie = info[.mediaURL] as? URL
    let image = info[.originalImage] as? UIImage
    let noted = info[.mediaMetadata] as? [String: Any] ?? [:]
    finish { question, added in
      if let movie = movie {
        let name = self.inbox.newName(movie.pathExtension.lowercased())
        try self.add(movie, named: name, what: .video, for: question, to: &added)
        try? FileManager.default.removeItem(at: movie)
      } else if let image = image {
        try self.add(photo: image, noted: noted, for: question, to: &added)
      }
    }
  }

  func imagePickerControllerDidCancel(_ picker: UIImagePickerController) {
    picker.dismiss(animated: true)
    finish { _, _ in }
  }
}

extension CameraPlugin: PHPickerViewControllerDelegate {
  func picker(_ picker: PHPickerViewController, didFinishPicking results: [PHPickerResult]) {
    picker.dismiss(animated: true)
    finish { question, added in
      for result in results {
        self.add(result.itemProvider, for: question, to: &added)
      }
    }
  }

  /// The file that a provider gives is there only until its block returns, so it is worked on in there.
  private func add(_ provider: NSItemProvider, for question: Question, to added: inout Added) {
    // A live photo is both; its picture is wanted.
    let isPicture = provider.hasItemConformingToTypeIdentifier(UTType.image.identifier)
    let type = isPicture ? UTType.image : UTType.movie
    let name = inbox.fit(provider.suggestedName ?? "")
    let made = Made(nothing())
    let done = DispatchSemaphore(value: 0)
    let progress = provider.loadFileRepresentation(forTypeIdentifier: type.identifier) { file, error in
      defer { done.signal() }
      // Too late: it counts as missing.
      guard made.claim() else { return }
      do {
        guard let file = file else { throw error ?? NotMade() }
        let ending = file.pathExtension.lowercased()
        let full = name.isEmpty ? self.inbox.newName(ending) : "\(name).\(ending)"
        try self.add(file, named: full, what: isPicture ? .photo : .video, for: question, to: &made.added)
      } catch {
        let reason: Reason = error is TooLarge ? .tooLarge : isFull(error) ? .noRoom : .failed
        made.added.missing.append(Missing(name: name, reason: reason))
      }
    }
    if done.wait(timeout: .now() + patience) == .timedOut {
      if made.claim() {
        progress.cancel()
        added.missing.append(Missing(name: name, reason: .failed))
        return
      }
      // It has come and is being worked on.
      done.wait()
    }
    added.items += made.added.items
    added.missing += made.added.missing
  }
}

extension CameraPlugin: UIAdaptivePresentationControllerDelegate {
  /// Swept away with a finger, some pickers tell nobody else.
  func presentationControllerDidDismiss(_ presentationController: UIPresentationController) {
    finish { _, _ in }
  }
}

@_cdecl("init_plugin_camera")
func initPlugin() -> Plugin {
  return CameraPlugin()
}
