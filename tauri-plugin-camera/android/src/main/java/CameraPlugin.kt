package vn.kontums.camera

import android.Manifest
import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.ClipData
import android.content.Intent
import android.net.Uri
import android.os.Handler
import android.os.Looper
import android.provider.MediaStore
import android.webkit.WebView
import androidx.activity.ComponentActivity
import androidx.activity.result.ActivityResult
import androidx.activity.result.ActivityResultLauncher
import androidx.activity.result.PickVisualMediaRequest
import androidx.activity.result.contract.ActivityResultContracts
import androidx.activity.result.contract.ActivityResultContracts.PickMultipleVisualMedia
import androidx.activity.result.contract.ActivityResultContracts.PickVisualMedia
import androidx.appcompat.app.AppCompatActivity
import androidx.core.content.FileProvider
import androidx.lifecycle.Lifecycle
import app.tauri.PermissionState
import app.tauri.annotation.Command
import app.tauri.annotation.Permission
import app.tauri.annotation.PermissionCallback
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Invoke
import app.tauri.plugin.Plugin
import app.tauri.plugin.PluginManager
import java.io.File
import java.io.IOException
import java.util.concurrent.Executors

private const val CAMERA = "camera"

/** Under this name the system keeps the answer for a process that is started anew. */
private const val ANSWERS = "vn.kontums.camera"

/** How long the answer to an earlier process's question is waited for, in milliseconds. */
private const val PATIENCE = 5000L

/**
 * Asks the system's camera app and its photo picker. Commands, answers and the system's calls come on the main thread;
 * files are worked on by [work], one after the other.
 *
 * The camera needs no permission of ours, but where another plugin's manifest declares one, Android wants it granted.
 */
@TauriPlugin(
    permissions = [
        Permission(strings = [Manifest.permission.CAMERA], alias = CAMERA)
    ]
)
class CameraPlugin(private val activity: Activity) : Plugin(activity) {
    private val context = activity.applicationContext
    private val inbox = Inbox(context)
    private val questions = Questions(context)
    private val work = Executors.newSingleThreadExecutor()
    private val main = Handler(Looper.getMainLooper())
    private val launchers = HashMap<ComponentActivity, ActivityResultLauncher<Intent>>()

    /** Who waits for the camera or the picker. */
    private var waiting: Invoke? = null

    /** Whether another app was in front since. */
    private var left = false

    /** Whether what the camera or the picker gave is still worked on. */
    private var isFinishing = false

    /** Who waits for what was asked by an earlier process. */
    private val recovering = ArrayList<Invoke>()

    override fun load(webView: WebView) {
        super.load(webView)
        attach(activity)
    }

    override fun onResume(activity: AppCompatActivity) {
        attach(activity)
        // Answers are delivered before this.
        settle(true)
    }

    override fun onPause(activity: AppCompatActivity) {
        left = true
    }

    override fun onDestroy(activity: AppCompatActivity) {
        launchers.remove(activity)?.unregister()
    }

    @Command
    fun take(invoke: Invoke) {
        val args = invoke.parseArgs(TakeArgs::class.java)
        if (!begin(invoke)) return
        if (!isPermissionDeclared(CAMERA) || getPermissionState(CAMERA) == PermissionState.GRANTED) {
            openCamera(args)
        } else {
            requestPermissionForAlias(CAMERA, invoke, "allowed")
        }
    }

    @PermissionCallback
    private fun allowed(invoke: Invoke) {
        if (getPermissionState(CAMERA) == PermissionState.GRANTED) openCamera(invoke.parseArgs(TakeArgs::class.java)) else refuse(Code.DENIED, "not allowed")
    }

    @Command
    fun pick(invoke: Invoke) {
        val args = invoke.parseArgs(PickArgs::class.java)
        if (!begin(invoke)) return
        val both = PickVisualMediaRequest.Builder().setMediaType(PickVisualMedia.ImageAndVideo).build()
        ask(Question.Picking(args.label, args.most, args.maxBytes)) {
            if (args.most > 1) PickMultipleVisualMedia(args.most).createIntent(context, both)
            else PickVisualMedia().createIntent(context, both)
        }
    }

    @Command
    fun recover(invoke: Invoke) {
        recovering.add(invoke)
        val current = current()
        if (current == null || !current.lifecycle.currentState.isAtLeast(Lifecycle.State.RESUMED)) {
            main.postDelayed({ settle(false) }, PATIENCE)
            return
        }
        attach(current)
        settle(true)
    }

    private fun current(): ComponentActivity? = PluginManager.activity ?: activity as? ComponentActivity

    /**
     * Listens for answers. Not by Tauri's way, which forgets with the process who asked: the system keeps an answer
     * until somebody listens under the name it was asked by.
     */
    private fun attach(to: Activity) {
        if (to !is ComponentActivity || launchers.containsKey(to)) return
        val contract = ActivityResultContracts.StartActivityForResult()
        launchers[to] = to.activityResultRegistry.register(ANSWERS, contract) { returned(it) }
    }

    /** Answers whether the question may be asked: a second tap on the same button is none. */
    private fun begin(invoke: Invoke): Boolean {
        val before = waiting
        // What is being worked on belongs to who has asked for it, or to an earlier process.
        if (isFinishing || (before != null && !left)) {
            invoke.resolve(nothing().json())
            return false
        }
        // This app is in front again and was told nothing: it never will be.
        before?.resolve(nothing().json())
        waiting = invoke
        left = false
        return true
    }

    private fun openCamera(args: TakeArgs) {
        val isVideo = args.what == What.VIDEO
        val item = try {
            inbox.make(args.label, isVideo)
        } catch (error: IOException) {
            return fail(error)
        }
        val file = File(item, inbox.newName(isVideo))
        ask(Question.Taking(file, isVideo)) {
            val uri = shared(file)
            Intent(if (isVideo) MediaStore.ACTION_VIDEO_CAPTURE else MediaStore.ACTION_IMAGE_CAPTURE).apply {
                putExtra(MediaStore.EXTRA_OUTPUT, uri)
                // The right to write travels with the clip; of the extra alone not every version knows.
                clipData = ClipData.newRawUri("", uri)
                addFlags(Intent.FLAG_GRANT_WRITE_URI_PERMISSION or Intent.FLAG_GRANT_READ_URI_PERMISSION)
                if (isVideo) {
                    putExtra(MediaStore.EXTRA_DURATION_LIMIT, args.maxSeconds)
                    putExtra(MediaStore.EXTRA_SIZE_LIMIT, args.maxBytes)
                    putExtra(MediaStore.EXTRA_VIDEO_QUALITY, 1)
                }
            }
        }
    }

    private fun shared(file: File): Uri = FileProvider.getUriForFile(context, "${context.packageName}.camera", file)

    private fun ask(question: Question, intent: () -> Intent) {
        try {
            val asking = intent()
            val from = current() ?: throw IllegalStateException("no activity")
            attach(from)
            questions.keep(question)
            left = false
            launchers.getValue(from).launch(asking)
        } catch (error: ActivityNotFoundException) {
            undo(question)
            refuse(Code.NO_CAMERA, "no app for it")
        } catch (error: SecurityException) {
            undo(question)
            refuse(Code.DENIED, "not allowed")
        } catch (error: RuntimeException) {
            undo(question)
            fail(error)
        }
    }

    private fun undo(question: Question) {
        questions.forget()
        if (question is Question.Taking) question.file.parentFile?.let { inbox.drop(it) }
    }

    /** The camera or the picker has ended, for this process or an earlier one. */
    private fun returned(result: ActivityResult) {
        val question = questions.last()
        // Now and not when the work is done: by then it may be another one.
        questions.forget()
        isFinishing = true
        work.execute {
            var error: Exception? = null
            val added = try {
                when (question) {
                    is Question.Taking -> taken(question, result)
                    is Question.Picking -> picked(question, result)
                    null -> nothing()
                }
            } catch (failed: Exception) {
                error = failed
                nothing()
            }
            main.post {
                isFinishing = false
                error?.let { fail(it) } ?: answer(added)
            }
        }
    }

    private fun taken(question: Question.Taking, result: ActivityResult): Added {
        val file = question.file
        val item = file.parentFile ?: throw IOException("no folder")
        val uri = shared(file)
        context.revokeUriPermission(uri, Intent.FLAG_GRANT_WRITE_URI_PERMISSION or Intent.FLAG_GRANT_READ_URI_PERMISSION)
        if (result.resultCode != Activity.RESULT_OK) {
            inbox.drop(item)
            return nothing()
        }
        try {
            // Some cameras put a video where they like and only say where.
            val elsewhere = result.data?.data
            if (file.length() == 0L && elsewhere != null && elsewhere != uri) inbox.copy(elsewhere, file, Long.MAX_VALUE)
            if (file.length() == 0L) throw IOException("the camera gave nothing")
            inbox.sync(file)
            if (question.isVideo) Pictures.poster(file) else Pictures.makeReadable(file)
        } catch (error: Exception) {
            // What was taken is worth more than what could not be made of it.
            if (file.length() == 0L) {
                inbox.drop(item)
                throw error
            }
        }
        return Added(inbox.folder.path, listOf(inbox.name(item)), emptyList())
    }

    private fun picked(question: Question.Picking, result: ActivityResult): Added {
        val uris = PickMultipleVisualMedia().parseResult(result.resultCode, result.data)
        val items = ArrayList<String>()
        val missing = ArrayList<Missing>()
        for ((n, uri) in uris.withIndex()) {
            val name = inbox.displayName(uri)
            if (n >= question.most) {
                missing.add(Missing(name, Reason.TOO_MANY))
                continue
            }
            var item: File? = null
            try {
                val isVideo = context.contentResolver.getType(uri).orEmpty().startsWith("video/")
                item = inbox.make(question.label, isVideo)
                val file = File(item, name.ifEmpty { inbox.newName(isVideo) })
                inbox.copy(uri, file, question.maxBytes)
                if (isVideo) Pictures.poster(file) else Pictures.makeReadable(file)
                items.add(inbox.name(item))
            } catch (error: Exception) {
                item?.let { inbox.drop(it) }
                missing.add(Missing(name, if (error is TooLarge) Reason.TOO_LARGE else if (isFull(error)) Reason.NO_ROOM else Reason.FAILED))
            }
        }
        return Added(inbox.folder.path, items, missing)
    }

    /** Answers who asks for what is left of an earlier process, once all its answers are worked on. */
    private fun settle(isInFront: Boolean) {
        val asking = ArrayList(recovering)
        recovering.clear()
        // Nobody will answer any more; what the camera has written lies in the inbox all the same.
        if (asking.isNotEmpty() && isInFront && waiting == null) questions.forget()
        for (invoke in asking) {
            work.execute {
                main.post { invoke.resolve(Settled(inbox.folder.path).json()) }
            }
        }
    }

    private fun nothing() = Added(inbox.folder.path, emptyList(), emptyList())

    private fun answer(added: Added) {
        waiting?.resolve(added.json())
        waiting = null
    }

    private fun refuse(code: String, message: String) {
        waiting?.reject(message, code)
        waiting = null
    }

    private fun fail(error: Exception) {
        if (isFull(error)) return refuse(Code.NO_ROOM, "no room")
        // Its kind alone: messages name files.
        waiting?.reject(error.javaClass.simpleName)
        waiting = null
    }
}
