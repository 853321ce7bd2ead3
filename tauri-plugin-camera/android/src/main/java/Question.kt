package vn.kontums.camera

import android.content.Context
import java.io.File

/** What another app was asked for. Kept on disk: while it is in front, the system may end this one. */
sealed class Question {
    /** The camera, to write into a file. */
    class Taking(val file: File, val isVideo: Boolean) : Question()

    /** The picker. */
    class Picking(val label: String, val most: Int, val maxBytes: Long) : Question()
}

/** The one question there is at a time. */
class Questions(context: Context) {
    private val kept = context.getSharedPreferences("vn.kontums.camera", Context.MODE_PRIVATE)

    /** Keeps a question; on disk when it returns. */
    fun keep(question: Question) {
        val edit = kept.edit().clear()
        when (question) {
            is Question.Taking -> edit.putString("file", question.file.path).putBoolean("video", question.isVideo)
            is Question.Picking ->
                edit.putString("label", question.label).putInt("most", question.most).putLong("maxBytes", question.maxBytes)
        }
        edit.commit()
    }

    /** The question that was kept last, unless it was answered. */
    fun last(): Question? {
        val file = kept.getString("file", null)
        if (file != null) return Question.Taking(File(file), kept.getBoolean("video", false))
        val label = kept.getString("label", null) ?: return null
        return Question.Picking(label, kept.getInt("most", 1), kept.getLong("maxBytes", 0))
    }

    /** It was answered, or never will be. */
    fun forget() {
        kept.edit().clear().commit()
    }
}
