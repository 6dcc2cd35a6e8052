// <push-switch>: lets this browser be pushed to, or not. Its words come from the page.

/** @param {string} text base64url */
function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

function deviceName() {
  const agent = navigator.userAgent;
  const system = ["Android", "iPhone", "iPad", "Windows", "Mac", "Linux"].find((name) => agent.includes(name));
  const browser = ["Edg", "Firefox", "Chrome", "Safari"].find((name) => agent.includes(name));
  return [system, browser === "Edg" ? "Edge" : browser].filter(Boolean).join(" · ");
}

class PushSwitch extends HTMLElement {
  async connectedCallback() {
    this.button = this.querySelector("button");
    this.says = this.querySelector("[role=status]");
    if (!("serviceWorker" in navigator) || !("PushManager" in window)) return this.say(this.dataset.cannot);
    this.registration = await navigator.serviceWorker.register("/sw.js");
    this.button.addEventListener("click", () => this.press());
    await this.draw(); // a button has its name before it is seen
    this.button.hidden = false;
  }

  async draw() {
    const on = await this.registration.pushManager.getSubscription();
    this.button.textContent = on ? this.dataset.off : this.dataset.on;
    this.button.classList.toggle("btn-primary", !on);
    return on;
  }

  async press() {
    this.button.disabled = true;
    try {
      const on = await this.registration.pushManager.getSubscription();
      await (on ? this.release(on) : this.agree());
    } catch {
      this.say(Notification.permission === "denied" ? this.dataset.denied : this.dataset.failed);
    }
    this.button.disabled = false;
    await this.draw();
  }

  /** A browser that was somebody else's gets a new address: the old one is never taken over. */
  async agree(again = false) {
    await navigator.serviceWorker.ready;
    const made = await this.registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytes(this.dataset.key),
    });
    const response = await this.post(this.dataset.subscribe, { ...made.toJSON(), device: deviceName() });
    if (!response.ok) await made.unsubscribe();
    if (response.status === 409 && !again) return this.agree(true);
    return this.say((await response.json()).says);
  }

  async release(/** @type {PushSubscription} */ made) {
    const response = await this.post(this.dataset.unsubscribe, { endpoint: made.endpoint });
    await made.unsubscribe();
    this.say((await response.json()).says);
  }

  post(url, body) {
    const token = this.querySelector("[name=csrfmiddlewaretoken]").value;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" };
    return fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  }

  say(text) {
    this.says.textContent = text;
  }
}

customElements.define("push-switch", PushSwitch);
