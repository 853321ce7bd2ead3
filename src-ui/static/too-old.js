// For web views that can't even read boot.js. Plain ES3: says so, as long as nothing has started.
(function () {
  function tell() {
    var splash = document.getElementById("splash");
    if (splash && !splash.hasAttribute("hidden")) {
      splash.setAttribute("hidden", "");
      document.getElementById("too-old").removeAttribute("hidden");
    }
  }
  window.addEventListener("error", tell);
  if (!("noModule" in document.createElement("script"))) {
    document.addEventListener("DOMContentLoaded", tell);
  }
})();
