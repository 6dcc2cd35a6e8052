// At a shop's counter: a resident's printed card is read by camera or from a photo. The reader is fetched when somebody asks
// for it and not before: the one of the volunteers' app. Without it, a camera or this script the characters are typed.

const load = () => import("../../field/camera.js");

/** @param {HTMLElement} box */
function begin(box) {
  /** @param {string} name @returns {any} */
  const part = (name) => box.querySelector(`[data-card-${name}]`);
  const [open, close, video, says, photo] = ["open", "close", "video", "says", "photo"].map(part);
  const field = /** @type {HTMLInputElement} */ (document.getElementById(box.dataset.card));
  /** @type {import("../../field/camera.js").Camera | undefined} */
  let camera;
  box.hidden = false;
  open.hidden = !navigator.mediaDevices?.getUserMedia || !window.isSecureContext;

  /** Which of the sentences that the page brought is shown; none for "". @param {string} key */
  function tell(key) {
    says.hidden = !key;
    says.textContent = key ? says.dataset[key] : "";
  }

  /** @param {boolean} on */
  function looking(on) {
    if (!on) camera?.stop();
    video.hidden = close.hidden = !on;
    open.hidden = on;
  }

  /** @param {string} text */
  function found(text) {
    looking(false);
    field.value = text.slice(0, field.maxLength);
    navigator.vibrate?.(60);
    tell("read");
    field.form.querySelector("button:not([type])").focus();
  }

  open.addEventListener("click", async () => {
    tell("");
    looking(true);
    try {
      camera ??= new (await load()).Camera();
      if (!video.hidden) await camera.start(video, found);
    } catch {
      if (!video.hidden) tell("refused");
      looking(false);
    }
  });
  close.addEventListener("click", () => looking(false));
  document.addEventListener("visibilitychange", () => document.hidden && camera?.stream && looking(false));
  photo.addEventListener("change", async () => {
    const [picture] = photo.files;
    photo.value = "";
    if (!picture) return;
    tell("wait");
    const text = await load().then(({ fromPhoto }) => fromPhoto(picture)).catch(() => "");
    if (text) found(text);
    else tell("unread");
  });
}

for (const box of document.querySelectorAll("[data-card]")) begin(/** @type {HTMLElement} */ (box));
