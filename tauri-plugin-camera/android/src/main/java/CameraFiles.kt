package vn.kontums.camera

import androidx.core.content.FileProvider

/** Lets the camera app write the one file it was asked for. */
class CameraFiles : FileProvider()
