// A sheet to sign on: strokes become points on a sheet of 600 × 200, kept in the hidden field until the form is sent.
const WIDE = 600;
const HIGH = 200;
const LEAST = 3; // a point nearer to the last one says nothing new

/** @param {HTMLElement} box */
function begin(box) {
  const sheet = /** @type {HTMLCanvasElement} */ (box.querySelector("canvas"));
  const kept = /** @type {HTMLInputElement} */ (box.closest("form").querySelector("[data-drawing]"));
  const pen = sheet.getContext("2d");
  let strokes = read(kept.value);
  box.hidden = false;
  draw();

  sheet.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    sheet.setPointerCapture(event.pointerId);
    strokes.push([place(event)]);
    draw();
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!sheet.hasPointerCapture(event.pointerId) || !strokes.length) return;
    const stroke = strokes[strokes.length - 1];
    const [x, y] = place(event);
    const [lastX, lastY] = stroke[stroke.length - 1];
    if (Math.hypot(x - lastX, y - lastY) < LEAST) return;
    stroke.push([x, y]);
    draw();
  });
  sheet.addEventListener("pointerup", keep);
  sheet.addEventListener("pointercancel", keep);
  box.querySelector("[data-clear]").addEventListener("click", () => {
    strokes = [];
    keep();
    draw();
  });

  function keep() {
    kept.value = strokes.length ? JSON.stringify(strokes) : "";
  }

  /** @param {PointerEvent} event */
  function place(event) {
    const at = sheet.getBoundingClientRect();
    const x = Math.round(((event.clientX - at.left) / at.width) * WIDE);
    const y = Math.round(((event.clientY - at.top) / at.height) * HIGH);
    return [Math.min(Math.max(x, 0), WIDE), Math.min(Math.max(y, 0), HIGH)];
  }

  function draw() {
    pen.clearRect(0, 0, WIDE, HIGH);
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = getComputedStyle(sheet).color;
    for (const stroke of strokes) {
      pen.beginPath();
      pen.moveTo(...stroke[0]);
      for (const point of stroke.length > 1 ? stroke : [stroke[0], stroke[0]]) pen.lineTo(...point);
      pen.stroke();
    }
  }
}

/** @param {string} text */
function read(text) {
  try {
    return JSON.parse(text || "[]");
  } catch {
    return [];
  }
}

for (const box of document.querySelectorAll("[data-signature]")) begin(/** @type {HTMLElement} */ (box));
