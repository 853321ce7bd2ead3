import AVFoundation
import ImageIO
import UIKit
import UniformTypeIdentifiers

/// The system could not make anything of it.
struct NotMade: Error {}

/// What the system does with pictures and videos that Rust can't. Calls block.
enum Media {
  private static let quality = 0.92
  private static let longestPosterSide = 1280.0

  /// Writes what the camera took as a JPEG, with what it noted about it.
  static func write(_ image: UIImage, noted: [String: Any], to file: URL) throws {
    let type = UTType.jpeg.identifier as CFString
    guard let picture = image.cgImage, let output = CGImageDestinationCreateWithURL(file as CFURL, type, 1, nil) else {
      throw NotMade()
    }
    var properties = noted
    properties[kCGImagePropertyOrientation as String] = orientation(image).rawValue
    properties[kCGImageDestinationLossyCompressionQuality as String] = quality
    CGImageDestinationAddImage(output, picture, properties as CFDictionary)
    guard CGImageDestinationFinalize(output) else { throw NotMade() }
  }

  /// A JPEG of a HEIC picture, with its time, place and orientation; `nil` where the file is none.
  static func jpeg(of file: URL, to part: URL) throws -> URL? {
    guard let source = CGImageSourceCreateWithURL(file as CFURL, nil), let type = CGImageSourceGetType(source) as String?,
      let found = UTType(type), found.conforms(to: .heic) || found.conforms(to: .heif) || type == "public.avif"
    else { return nil }
    guard let output = CGImageDestinationCreateWithURL(part as CFURL, UTType.jpeg.identifier as CFString, 1, nil) else {
      throw NotMade()
    }
    let options = [kCGImageDestinationLossyCompressionQuality as String: quality]
    CGImageDestinationAddImageFromSource(output, source, 0, options as CFDictionary)
    guard CGImageDestinationFinalize(output) else { throw NotMade() }
    return file.deletingPathExtension().appendingPathExtension("jpg")
  }

  /// Whether a video is in HEVC, which not everybody can show.
  static func isHevc(_ video: URL) -> Bool {
    let tracks = AVURLAsset(url: video).tracks(withMediaType: .video)
    return tracks.flatMap { $0.formatDescriptions }.contains { described in
      CMFormatDescriptionGetMediaSubType(described as! CMFormatDescription) == kCMVideoCodecType_HEVC
    }
  }

  /// An MP4 in H.264 of a video.
  static func export(_ video: URL, to part: URL, wantedBytes: Int64) throws {
    let asset = AVURLAsset(url: video)
    guard let session = AVAssetExportSession(asset: asset, presetName: AVAssetExportPreset1280x720) else { throw NotMade() }
    session.outputURL = part
    session.outputFileType = .mp4
    session.shouldOptimizeForNetworkUse = true
    // The system may go slightly beyond.
    session.fileLengthLimit = wantedBytes / 16 * 15
    let done = DispatchSemaphore(value: 0)
    session.exportAsynchronously { done.signal() }
    done.wait()
    guard session.status == .completed else { throw session.error ?? NotMade() }
  }

  /// Puts a still of a video beside it. Without one the page makes it.
  static func poster(of video: URL) {
    let generator = AVAssetImageGenerator(asset: AVURLAsset(url: video))
    generator.appliesPreferredTrackTransform = true
    generator.maximumSize = CGSize(width: longestPosterSide, height: longestPosterSide)
    guard let frame = try? generator.copyCGImage(at: .zero, actualTime: nil),
      let still = UIImage(cgImage: frame).jpegData(compressionQuality: quality)
    else { return }
    try? still.write(to: video.deletingLastPathComponent().appendingPathComponent(".poster.jpg"), options: .atomic)
  }

  private static func orientation(_ image: UIImage) -> CGImagePropertyOrientation {
    switch image.imageOrientation {
    case .up: return .up
    case .down: return .down
    case .left: return .left
    case .right: return .right
    case .upMirrored: return .upMirrored
    case .downMirrored: return .downMirrored
    case .leftMirrored: return .leftMirrored
    case .rightMirrored: return .rightMirrored
    @unknown default: return .up
    }
  }
}
