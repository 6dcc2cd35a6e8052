// Large print without a round trip; written for old phones. Without it the form does the same.
document.addEventListener("click", function (event) {
  var button = event.target;
  if (!button.hasAttribute || !button.hasAttribute("data-large-print") || !button.form) return;
  event.preventDefault();
  var root = document.documentElement;
  var large = root.getAttribute("data-print") !== "large";
  if (large) root.setAttribute("data-print", "large");
  else root.removeAttribute("data-print");
  document.cookie = "linli_print=" + (large ? "large; max-age=31536000" : "; max-age=0") + "; path=/; samesite=lax";
  button.setAttribute("aria-pressed", String(large));
});
// The phone's own clock goes with a report, so that one measured without a network counts from when it was measured.
document.addEventListener("submit", function (event) {
  var clock = event.target.querySelector && event.target.querySelector("[data-device-clock]");
  if (clock) clock.value = new Date().toISOString();
});
