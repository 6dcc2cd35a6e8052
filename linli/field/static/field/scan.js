// The scan screen: camera, photo or typed code; what it finds is opened from what this phone carries, or named honestly.

import { Camera, fromPhoto, hasCamera } from "./camera.js";
import { grouped, matching, read } from "./codes.js";
import { Icon, Says, html } from "./view.js";
import { standing } from "./work.js";
import { _ } from "./words.js";

/** In which app's own browser a page is open; "" for a browser proper. */
export function inApp(agent = navigator.userAgent) {
  const apps = { MicroMessenger: _("微信"), AlipayClient: _("支付宝"), DingTalk: _("钉钉"), "QQ/": "QQ" };
  return Object.entries(apps).find(([mark]) => agent.includes(mark))?.[1] ?? "";
}

/** What does not work in such a browser, and the way out. */
export function InApp() {
  const app = inApp();
  if (!app) return null;
  return html`<${Says} tone="limit"><p><b>${_("您在{app}里打开了邻里", { app })}</b></p>
    <p>${_("这里可能用不了相机,没有网络时可能打不开,存的记录可能被{app}清掉。", { app })}</p>
    <p>${_("请点右上角「…」,选「在浏览器打开」,或把这个网址复制到手机自带的浏览器:")} <b>${location.origin}/field/</b></p></${Says}>`;
}

/** @typedef {ReturnType<typeof scanner>} Scanner */

/**
 * What it needs of the app.
 * @typedef {{draw: (focus?: string) => void, origins: string[], setting: Record<string, string>, scanned: {id: string, code: string},
 *   lent: import("./work.js").Lent | null, records: import("./outbox.js").Record_[]}} Host
 */

/** What the scan screen knows; one for the app. @param {Host} app */
export function scanner(app) {
  const camera = new Camera();
  const own = {
    state: "off", // off, live, refused, paused
    says: "",
    raw: "",
    check: "",
    typed: "",
    /** @type {any[]} */ matches: [],

    /** Stop looking and forget what was seen. */
    rest() {
      camera.stop();
      Object.assign(own, { state: "off", says: "", raw: "", check: "", typed: "", matches: [] });
    },

    /** Nobody looks at a page behind another window: no camera runs there. */
    pause() {
      if (own.state !== "live") return;
      camera.stop();
      own.state = "paused";
      app.draw();
    },

    /** @param {HTMLVideoElement | null} video */
    async look(video) {
      if (!video || own.state !== "off") return;
      own.state = "live";
      try {
        await camera.start(video, own.found);
      } catch {
        own.state = "refused";
        app.draw();
      }
    },

    /** Look again after a code that led nowhere. */
    again() {
      own.rest();
      app.draw("h1");
    },

    /** @param {Event} event */
    async photo(event) {
      const input = /** @type {HTMLInputElement} */ (event.target);
      const [file] = input.files;
      input.value = "";
      if (!file) return;
      own.says = _("正在看照片…");
      app.draw();
      const text = await fromPhoto(file);
      if (text) await own.found(text);
      else own.tell(_("照片里没有认出码。请靠近些、放平、光亮些再拍一张。"));
    },

    /** @param {SubmitEvent} event */
    async type(event) {
      event.preventDefault();
      own.typed = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("code") ?? "").trim();
      const code = read(own.typed, app.origins);
      if (code) return own.found(own.typed);
      return own.tell(_("编码不对,请对照纸上再看一遍:8 位,最后一位是校验。"));
    },

    /** @param {string} text */
    async found(text) {
      camera.stop();
      if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(60);
      const code = read(text, app.origins);
      if (!code) {
        own.raw = text.slice(0, 200);
        return own.tell(_("这不是本社区的码,没有打开。码里写的是:"));
      }
      return own.open(code);
    },

    /** @param {import("./codes.js").Code} code */
    async open(code) {
      const found = await matching(standing(app.lent, app.records), code);
      if (found.length === 1) {
        app.scanned = { id: found[0].id, code: code.code };
        location.hash = `#/t/${found[0].id}`;
        return;
      }
      own.matches = found;
      own.check = code.kind === "c" ? `${app.setting.check}${code.code}` : "";
      own.tell(found.length ? _("这个码对应几件事,请选一件:") : _("这个码对应的事不在这台手机里:可能已办完、归别人办,或还没有同步。"));
    },

    /** @param {string} says */
    tell(says) {
      camera.stop();
      own.state = "off";
      own.says = says;
      app.draw(".field-found");
    },
  };
  return own;
}

/** @param {import("./app.js").App} app */
export function Scan(app) {
  const { scan } = app;
  const looking = !scan.says && hasCamera() && (scan.state === "off" || scan.state === "live");
  return html`<h1 tabindex="-1">${_("扫一扫")}</h1>
    <${InApp} />
    ${scan.says ? html`<${Found} app=${app} />` : null}
    ${looking ? html`<video class="field-camera" muted playsinline ref=${scan.look} aria-label=${_("相机画面:把码放在中间")}></video>` : null}
    ${scan.state === "refused" ? html`<${Says} tone="limit"><p>${_("相机打不开:没有允许,或正被别的应用占用。可以拍照,或输入编码。")}</p></${Says}>` : null}
    ${hasCamera() ? null : html`<${Says} tone="limit"><p>${_("这个浏览器不让网页用相机。可以拍照,或输入编码。")}</p></${Says}>`}
    ${looking ? null : html`<button class="btn btn-primary field-wide" onClick=${scan.again}><${Icon} name="scan" />${_("再扫一次")}</button>`}
    <label class="btn field-wide field-photo"><${Icon} name="photo" />${_("拍照识别")}<input type="file" accept="image/*" capture="environment" onChange=${scan.photo} /></label>
    <form class="card stack" autocomplete="off" novalidate onSubmit=${scan.type}>
      <div class="field"><label for="f-code">${_("输入 8 位编码")}</label><p class="hint" id="f-code-hint">${_("印在码的旁边,例如 {code}", { code: grouped("7A3K9F4J") })}</p>
      <input id="f-code" name="code" class="field-code" aria-describedby="f-code-hint" autocapitalize="characters" spellcheck="false" autocomplete="off" maxlength="80" defaultValue=${scan.typed} /></div>
      <button class="btn field-wide">${_("查找")}</button>
    </form>`;
}

/** @param {{app: import("./app.js").App}} props */
function Found({ app }) {
  const { scan } = app;
  return html`<section class="card stack field-found" tabindex="-1" role="status">
    <p>${scan.says}</p>
    ${scan.raw ? html`<p class="field-raw">${scan.raw}</p>` : null}
    ${scan.matches.length ? html`<ul class="field-tasks">${scan.matches.map((t) => html`<li><a class="btn field-wide" href="#/t/${t.id}">${t.title} · ${app.lent.parts.head.loops[t.loop]?.title}</a></li>`)}</ul>` : null}
    ${scan.check ? html`<p><a class="btn field-wide" href=${scan.check}>${_("打开核验页(要有网络)")}</a></p>` : null}
  </section>`;
}
