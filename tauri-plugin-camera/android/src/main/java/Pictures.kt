package vn.kontums.camera

import android.graphics.Bitmap
import android.graphics.ImageDecoder
import android.media.MediaMetadataRetriever
import android.os.Build
import androidx.annotation.RequiresApi
import androidx.exifinterface.media.ExifInterface
import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import kotlin.math.max

/** What the system does with pictures that Rust can't. */
object Pictures {
    private const val LONGEST_SIDE = 4096
    private const val LONGEST_POSTER_SIDE = 1280
    private const val QUALITY = 92

    /** Brands of HEIF and AVIF that a file may begin with. */
    private val BRANDS = setOf("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis")

    /** What the app reads before it strips it: when, and where. */
    private val KEPT = arrayOf(
        ExifInterface.TAG_DATETIME,
        ExifInterface.TAG_DATETIME_ORIGINAL,
        ExifInterface.TAG_DATETIME_DIGITIZED,
        ExifInterface.TAG_OFFSET_TIME,
        ExifInterface.TAG_OFFSET_TIME_ORIGINAL,
        ExifInterface.TAG_OFFSET_TIME_DIGITIZED,
        ExifInterface.TAG_SUBSEC_TIME_ORIGINAL,
        ExifInterface.TAG_GPS_LATITUDE,
        ExifInterface.TAG_GPS_LATITUDE_REF,
        ExifInterface.TAG_GPS_LONGITUDE,
        ExifInterface.TAG_GPS_LONGITUDE_REF,
        ExifInterface.TAG_GPS_DATESTAMP,
        ExifInterface.TAG_GPS_TIMESTAMP,
        ExifInterface.TAG_GPS_H_POSITIONING_ERROR,
    )

    /** Whether a file is one of those that only the system can read. */
    private fun isHeif(file: File): Boolean {
        val head = ByteArray(12)
        val read = file.inputStream().use { it.read(head) }
        val words = String(head, Charsets.ISO_8859_1)
        return read == head.size && words.substring(4, 8) == "ftyp" && words.substring(8, 12) in BRANDS
    }

    /**
     * Makes a JPEG of a HEIC or AVIF picture, upright, with its time and place. Any other file stays as it is; so does
     * any on a phone before Android 9, and one that the system can't read: then the app says so.
     */
    fun makeReadable(file: File) {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.P) return
        try {
            if (isHeif(file)) toJpeg(file)
        } catch (_: IOException) {
            File(file.parentFile, ".part").delete()
        } catch (_: RuntimeException) {
            File(file.parentFile, ".part").delete()
        }
    }

    @RequiresApi(Build.VERSION_CODES.P)
    private fun toJpeg(file: File) {
        val picture = ImageDecoder.decodeBitmap(ImageDecoder.createSource(file)) { decoder, info, _ ->
            decoder.allocator = ImageDecoder.ALLOCATOR_SOFTWARE
            // Whole, a picture of 50 megapixels would take 200 MB.
            var sample = 1
            while (max(info.size.width, info.size.height) / sample > LONGEST_SIDE) sample *= 2
            decoder.setTargetSampleSize(sample)
        }
        val jpeg = File(file.parentFile, ".part")
        write(picture, jpeg)
        val before = ExifInterface(file)
        val after = ExifInterface(jpeg)
        for (tag in KEPT) before.getAttribute(tag)?.let { after.setAttribute(tag, it) }
        // The decoder has turned it already.
        after.setAttribute(ExifInterface.TAG_ORIENTATION, ExifInterface.ORIENTATION_NORMAL.toString())
        after.saveAttributes()
        FileOutputStream(jpeg, true).use { it.fd.sync() }
        val named = File(file.parentFile, file.nameWithoutExtension + ".jpg")
        if (jpeg.renameTo(named) && named != file) file.delete()
    }

    /** Puts a still of a video beside it. Without one the page makes it. */
    fun poster(video: File) {
        val retriever = MediaMetadataRetriever()
        try {
            retriever.setDataSource(video.path)
            val frame = retriever.getFrameAtTime(0, MediaMetadataRetriever.OPTION_CLOSEST_SYNC) ?: return
            val scale = LONGEST_POSTER_SIDE.toDouble() / max(frame.width, frame.height)
            val small = if (scale >= 1) frame else Bitmap.createScaledBitmap(
                frame,
                max(1, (frame.width * scale).toInt()),
                max(1, (frame.height * scale).toInt()),
                true,
            )
            val part = File(video.parentFile, ".part")
            write(small, part)
            part.renameTo(File(video.parentFile, ".poster.jpg"))
        } catch (_: RuntimeException) {
            // No video that this phone can read; whether it is one at all, the app finds out.
        } catch (_: IOException) {
        } finally {
            retriever.release()
        }
    }

    private fun write(picture: Bitmap, to: File) {
        FileOutputStream(to).use { output ->
            if (!picture.compress(Bitmap.CompressFormat.JPEG, QUALITY, output)) throw IOException("not written")
            output.fd.sync()
        }
        picture.recycle()
    }
}
