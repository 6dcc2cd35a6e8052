// Reads QR symbols: from the camera, frame by frame, and from a photo. The browser's own detector where it has one, else
// the vendored decoder, which is only loaded when somebody scans. The counter of a shop reads with it too (js/card.js).

const SIDE = 640;
const PHOTO_SIDES = [1000, 1600, 640];
const REST = 60;

/** Whether this browser lets a page use the camera at all. */
export const hasCamera = () => Boolean(navigator.mediaDevices?.getUserMedia) && window.isSecureContext;

/** @typedef {(source: CanvasImageSource) => Promise<string>} Reader  the text in a picture, "" for none */

/** @returns {Promise<Reader | null>} */
async function ownReader() {
  const Detector = /** @type {any} */ (window).BarcodeDetector;
  try {
    if (!Detector || !(await Detector.getSupportedFormats()).includes("qr_code")) return null;
    const detector = new Detector({ formats: ["qr_code"] });
    return async (source) => (await detector.detect(source).catch(() => []))[0]?.rawValue ?? "";
  } catch {
    return null;
  }
}

/** @type {Promise<(picture: ImageData) => string> | undefined} */
let loaded;

/** The text in pixels; "" for none. */
function vendored() {
  loaded ??= import("../vendor/qr/decode.js").then(({ decodeQR }) => (/** @type {ImageData} */ picture) => {
    try {
      return String(decodeQR(picture));
    } catch {
      return ""; // no symbol in it, or one that cannot be read
    }
  });
  loaded.catch(() => (loaded = undefined)); // a network that was cut: try again with the next picture
  return loaded;
}

/**
 * The middle of a picture, `part` of its shorter side, as pixels of at most `side`.
 * @param {CanvasImageSource} source @param {number} width @param {number} height @param {number} part @param {number} side
 */
function middle(source, width, height, part, side) {
  const cut = Math.min(width, height) * part;
  return drawn(source, (width - cut) / 2, (height - cut) / 2, cut, cut, Math.min(side / cut, 1));
}

/** @param {CanvasImageSource} source @param {number} x @param {number} y @param {number} w @param {number} h @param {number} scale */
function drawn(source, x, y, w, h, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(Math.round(w * scale), 1);
  canvas.height = Math.max(Math.round(h * scale), 1);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, x, y, w, h, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** The text of a QR symbol in a photo, looked for in several sizes; "" for none. @param {Blob} photo */
export async function fromPhoto(photo) {
  const picture = await createImageBitmap(photo).catch(() => null);
  if (!picture) return "";
  const { width, height } = picture;
  const own = await ownReader();
  const seen = own && (await own(picture));
  if (seen) return seen;
  const decode = await vendored();
  const scales = PHOTO_SIDES.map((side) => Math.min(side / Math.max(width, height), 1));
  for (const scale of new Set(scales)) {
    const text = decode(drawn(picture, 0, 0, width, height, scale)) || decode(middle(picture, width, height, 0.6, PHOTO_SIDES[0]));
    if (text) return text;
  }
  return "";
}

/** The camera of the phone while it looks for a symbol. */
export class Camera {
  constructor() {
    /** @type {MediaStream | null} */
    this.stream = null;
    this.turn = 0;
  }

  /** Look until a text is found or `stop` is called. Rejects when the camera is refused or missing. @param {HTMLVideoElement} video @param {(text: string) => void} found */
  async start(video, found) {
    this.stop();
    const { turn } = this;
    const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: 1280 } } });
    if (turn !== this.turn) return stream.getTracks().forEach((track) => track.stop()); // given up before it was allowed
    this.stream = stream;
    video.srcObject = stream;
    await video.play();
    const own = await ownReader();
    const decode = own ? null : await vendored();
    for (let n = 0; this.stream === stream; n++) {
      const text = own ? await own(video) : decode(middle(video, video.videoWidth, video.videoHeight, n % 2 ? 0.6 : 1, SIDE));
      if (text && this.stream === stream) return found(text);
      await new Promise((rest) => setTimeout(rest, REST));
    }
    return undefined;
  }

  stop() {
    this.turn += 1;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }
}
