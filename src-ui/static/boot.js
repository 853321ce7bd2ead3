// Starts the app, or says why it can't be started.

function show(id) {
  const splash = document.getElementById("splash");
  const message = document.getElementById(id);
  if (splash) splash.setAttribute("hidden", "");
  if (message) message.removeAttribute("hidden");
}

// A module with a function type that takes an externref: what today's Rust compiles to (Chrome 96, Safari 15).
const WITH_REFERENCES = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 1, 111, 0]);

function isNewEnough() {
  return (
    typeof WebAssembly === "object" &&
    WebAssembly.validate(WITH_REFERENCES) &&
    typeof HTMLDialogElement === "function" &&
    CSS.supports("inset", "0") &&
    CSS.supports("aspect-ratio", "1")
  );
}

document.getElementById("reopen").addEventListener("click", () => location.replace("/"));

if (isNewEnough()) {
  import("./kontums-ui.js")
    .then((app) => app.default({ module_or_path: new URL("./kontums-ui_bg.wasm", import.meta.url) }))
    .catch((error) => {
      console.error(error);
      show("crashed");
    });
} else {
  show("too-old");
}
