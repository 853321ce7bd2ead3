package vn.kontums.camera

import app.tauri.annotation.InvokeArg
import app.tauri.plugin.JSArray
import app.tauri.plugin.JSObject

// What Rust says and hears. Names here are names in ../../../../../src/models.rs and error.rs: a test compares them.

@InvokeArg
class TakeArgs {
    lateinit var label: String
    lateinit var what: String
    var maxSeconds: Int = 0
    var maxBytes: Long = 0
}

@InvokeArg
class PickArgs {
    lateinit var label: String
    var most: Int = 1
    var maxBytes: Long = 0
}

object What {
    const val PHOTO = "photo"
    const val VIDEO = "video"
}

/** Why nothing at all comes. */
object Code {
    const val DENIED = "denied"
    const val NO_CAMERA = "no-camera"
    const val NO_ROOM = "no-room"
}

/** Why something picked does not come. */
object Reason {
    const val TOO_MANY = "too-many"
    const val TOO_LARGE = "too-large"
    const val NO_ROOM = "no-room"
    const val FAILED = "failed"
}

class Missing(private val name: String, private val reason: String) {
    fun json(): JSObject = JSObject().put("name", name).put("reason", reason)
}

class Added(private val folder: String, private val items: List<String>, private val missing: List<Missing>) {
    fun json(): JSObject =
        JSObject()
            .put("folder", folder)
            .put("items", JSArray(items))
            .put("missing", JSArray(missing.map { it.json() }))
}

/** Where everything lies, once nothing is on its way any more. */
class Settled(private val folder: String) {
    fun json(): JSObject = JSObject().put("folder", folder)
}
