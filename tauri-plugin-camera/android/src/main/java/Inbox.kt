package vn.kontums.camera

import android.content.Context
import android.net.Uri
import android.provider.OpenableColumns
import android.system.ErrnoException
import android.system.OsConstants
import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import java.text.SimpleDateFormat
import java.util.Date
import java.util.Locale
import java.util.UUID

/** More came than may. */
class TooLarge : IOException("too large")

/** Whether this says that the device is full. */
fun isFull(error: Throwable): Boolean =
    generateSequence(error) { it.cause }.any {
        it is ErrnoException && (it.errno == OsConstants.ENOSPC || it.errno == OsConstants.EDQUOT)
    }

/**
 * The app's own folder of what was taken or picked. Not in the cache: the system would empty it when it needs room, and
 * that may be just while the camera is open. How it is laid out is described in Rust's `inbox`.
 */
class Inbox(private val context: Context) {
    val folder = File(context.filesDir, "camera")
    private var count = 0

    /** A new item's folder. */
    fun make(label: String, isVideo: Boolean): File {
        count += 1
        val order = String.format(Locale.US, "%013d-%06d", System.currentTimeMillis(), count)
        val what = if (isVideo) What.VIDEO else What.PHOTO
        // The rest of an id: the same count may come again in a process started anew.
        val unique = UUID.randomUUID().toString().take(8)
        val item = File(File(folder, label), "$order-$unique-$what")
        if (!item.mkdirs()) throw IOException("no folder")
        return item
    }

    /** How Rust calls it. */
    fun name(item: File): String = item.relativeTo(folder).path

    /** Removes an item. */
    fun drop(item: File) {
        item.deleteRecursively()
    }

    /** A name for what the camera takes. */
    fun newName(isVideo: Boolean): String =
        SimpleDateFormat("yyyyMMdd-HHmmss", Locale.US).format(Date()) + if (isVideo) ".mp4" else ".jpg"

    /** The name that the picker knows something by, fit for a file system; empty where it knows none. */
    fun displayName(uri: Uri): String {
        val columns = arrayOf(OpenableColumns.DISPLAY_NAME)
        val known = try {
            context.contentResolver.query(uri, columns, null, null, null)?.use { rows ->
                if (rows.moveToFirst() && !rows.isNull(0)) rows.getString(0) else null
            }
        } catch (_: RuntimeException) {
            // A provider of somebody else's may throw anything; the name is only shown.
            null
        }
        val safe = known.orEmpty().map { if (it == '/' || it.isISOControl()) '_' else it }.joinToString("")
        // Half a character is none, and what begins with a dot is no file.
        return safe.takeLast(80).dropWhile { it == '.' || it.isLowSurrogate() }
    }

    /** Copies content that lies elsewhere, piece by piece, and answers when it is on the disk. */
    fun copy(from: Uri, to: File, maxBytes: Long) {
        val part = File(to.parentFile, ".part")
        val source = context.contentResolver.openInputStream(from) ?: throw IOException("nothing there")
        source.use { input ->
            FileOutputStream(part).use { output ->
                val piece = ByteArray(256 * 1024)
                var length = 0L
                while (true) {
                    val read = input.read(piece)
                    if (read < 0) break
                    length += read
                    if (length > maxBytes) throw TooLarge()
                    output.write(piece, 0, read)
                }
                output.fd.sync()
            }
        }
        if (!part.renameTo(to)) throw IOException("not renamed")
    }

    /** Answers when what another app has written is on the disk. */
    fun sync(file: File) {
        FileOutputStream(file, true).use { it.fd.sync() }
    }
}
