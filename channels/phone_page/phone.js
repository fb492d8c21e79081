// The phone itself: which screen is on, what each button does on it, and what it asks the network.

import { KEYS, Keypad, LETTERS, put, rubOut } from "./keypad.js";
import { network } from "./network.js";
import * as screens from "./screens.js";

const POLL_MS = 2000;
const POPUP_MS = 45000;
const byId = (id) => document.getElementById(id);

export class Phone {
  constructor(texts, settings) {
    this.texts = texts;
    this.settings = settings;
    this.keypad = new Keypad();
    this.owner = { name: "", phone: "" };
    this.messages = [];
    this.read = new Set();
    this.draft = "";
    this.session = null;
    this.turn = 0;
    this.wire();
    setInterval(() => this.poll(), POLL_MS);
    setInterval(() => this.screen?.name === "idle" && this.idle(), 15000);
  }

  // --- whose phone it is

  async useAs(person) {
    this.leave();
    this.owner = person;
    this.messages = [];
    this.draft = "";
    this.idle();
    await this.poll(true);
  }

  get unread() { return this.messages.filter((sms) => !this.read.has(sms.id)).length; }

  async poll(silent = false) {
    const phone = this.owner.phone;
    if (!phone || document.hidden) return;
    const messages = await network.inbox(phone).catch(() => null);
    if (messages === null || phone !== this.owner.phone) return;
    const known = new Set(this.messages.map((sms) => sms.id));
    const fresh = messages.filter((sms) => !known.has(sms.id));
    this.messages = messages;
    this.showStatus();
    if (fresh.length === 0) return;
    if (!silent) this.announce(this.texts.newMessage);
    if (this.screen.name === "inbox") this.inbox();
    else if (!silent && this.screen.name !== "idle") this.popUp(fresh.at(-1));
  }

  // --- screens

  show(name, nodes, { field = null, buttons = [], left, right, green, red, mode } = {}) {
    this.screen = { name, field, buttons, left, right, green, red };
    const inside = byId("phone").contains(document.activeElement);
    byId("view").replaceChildren(...nodes);
    byId("view").scrollTop = 0;
    if (mode) this.keypad.mode = mode;
    this.keypad.shift = false;
    this.keypad.forget();
    if (field) field.addEventListener("input", () => this.showSoft());
    this.showSoft();
    this.showStatus();
    if (inside) this.focus();
  }

  focus() {
    const { field, buttons } = this.screen;
    // A finger has the keypad below; the system keyboard would only hide it.
    const finger = matchMedia("(pointer: coarse)").matches;
    const target = finger ? byId("screen") : field ?? buttons[0] ?? byId("screen");
    target.focus({ preventScroll: true });
  }

  showSoft() {
    const { left, right, field } = this.screen;
    const rubs = field && field.value !== "";
    this.label("left", left?.label ?? "");
    this.label("right", rubs ? this.texts.clear : right?.label ?? "");
  }

  label(side, text) {
    byId(`soft-${side}-label`).textContent = text;
    byId(`soft-${side}`).setAttribute("aria-label", text || "—");
    byId(`soft-${side}`).disabled = text === "";
  }

  showStatus() {
    const { mode, shift } = this.keypad;
    const name = this.texts.modes[mode];
    byId("status-mode").textContent = !this.screen.field ? ""
      : shift ? name[0].toUpperCase() + name.slice(1) : name;
    const badge = byId("status-unread");
    badge.hidden = this.unread === 0;
    badge.textContent = `✉ ${this.unread}`;
    badge.setAttribute("aria-label", screens.fill(this.texts.unread, { n: this.unread }));
  }

  // What comes while something else is on the screen is shown above it, as a call must not be left
  // for it: a one-time code is wanted on that very screen.
  popUp(sms) {
    clearTimeout(this.popupTimer);
    byId("popup").textContent = screens.fill(this.texts.popup, sms);
    byId("popup").hidden = false;
    this.popupTimer = setTimeout(() => this.popDown(), POPUP_MS);
  }

  popDown() { byId("popup").hidden = true; }

  announce(text) { byId("announcer").textContent = text; }

  idle() {
    const { texts, settings } = this;
    this.popDown();
    this.show("idle", screens.idle(texts, this.owner.name, settings.ussd_code, new Date()), {
      left: { label: texts.menu, run: () => this.menu() },
      right: { label: texts.messages, run: () => this.inbox() },
      green: () => this.dialler(settings.ussd_code),
    });
  }

  menu() {
    const { texts } = this;
    const { nodes, buttons } = screens.list([
      { title: `1 ${texts.menuService}`, run: () => this.dial(this.settings.ussd_code) },
      { title: `2 ${texts.menuWrite}`, run: () => this.compose() },
      { title: `3 ${texts.menuInbox}`, detail: this.unread ? `✉ ${this.unread}` : "", run: () => this.inbox() },
    ]);
    this.showList("menu", nodes, buttons, texts.choose, () => this.idle());
  }

  inbox() {
    const { texts } = this;
    this.popDown();
    if (this.messages.length === 0) {
      this.show("inbox", screens.notice(texts.emptyInbox), {
        left: { label: texts.menuWrite, run: () => this.compose() },
        right: { label: texts.back, run: () => this.idle() },
      });
      return;
    }
    const rows = [...this.messages].reverse().map((sms) => ({
      title: `${sms.from} · ${screens.time(sms.at)}`,
      detail: sms.text,
      fresh: !this.read.has(sms.id),
      run: () => this.message(sms),
    }));
    const { nodes, buttons } = screens.list(rows);
    this.showList("inbox", nodes, buttons, texts.open, () => this.idle());
  }

  showList(name, nodes, buttons, label, back) {
    const chosen = () => buttons.find((button) => button.classList.contains("chosen"));
    buttons.forEach((button) => button.addEventListener("focus", () => mark(buttons, button)));
    mark(buttons, buttons[0]);
    this.show(name, nodes, {
      buttons,
      left: { label, run: () => chosen().click() },
      right: { label: this.texts.back, run: back },
      green: () => chosen().click(),
    });
  }

  message(sms) {
    this.read.add(sms.id);
    this.show("message", screens.message(this.texts, sms), {
      left: { label: this.texts.reply, run: () => this.compose() },
      right: { label: this.texts.back, run: () => this.inbox() },
    });
    this.announce(sms.text);
  }

  compose() {
    const { nodes, field } = screens.compose(this.texts, this.settings, this.draft);
    field.addEventListener("input", () => { this.draft = field.value; });
    const send = () => this.sendSms(field.value);
    this.show("compose", nodes, {
      field, mode: "mn", green: send,
      left: { label: this.texts.send, run: send },
      right: { label: this.texts.back, run: () => this.idle() },
    });
  }

  async sendSms(text) {
    if (!text.trim()) return;
    const turn = this.wait(this.texts.sending);
    const result = await network.sms(this.owner.phone, text).catch(() => ({ sent: false }));
    if (turn !== this.turn) return;
    if (result.sent) this.draft = "";
    this.tell(result.sent ? this.texts.sent : this.texts.notSent);
  }

  dialler(number) {
    const { texts } = this;
    const { nodes, field } = screens.dial(texts, number);
    const call = () => this.dial(field.value);
    this.show("dial", nodes, {
      field, mode: "digits", green: call,
      left: { label: texts.call, run: call },
      right: { label: texts.back, run: () => this.idle() },
    });
  }

  async dial(code) {
    if (!code || !this.owner.phone) return;
    await this.ask(() => network.dial(this.owner.phone, code));
  }

  async answer(text) {
    const session = this.session;
    this.popDown();
    await this.ask(() => network.keys(session, text));
  }

  async ask(request) {
    const turn = this.wait(this.texts.wait);
    const page = await request().catch(() => ({ error: "offline", violations: [] }));
    if (turn !== this.turn) {
      if (page.open) network.hangUp(page.session).catch(() => {});
      return;
    }
    this.showViolations(page.violations);
    if (page.error) {
      this.session = null;
      this.tell(screens.fill(this.texts[page.error], { code: this.settings.ussd_code }));
      return;
    }
    this.session = page.open ? page.session : null;
    this.page(page);
  }

  page(page) {
    const { texts } = this;
    const { nodes, field } = screens.ussd(texts, page);
    const answer = () => this.answer(field.value);
    this.show("ussd", nodes, page.open ? {
      field, mode: "digits", green: answer,
      left: { label: texts.send, run: answer },
      right: { label: texts.leave, run: () => this.hangUp() },
    } : { left: { label: texts.close, run: () => this.idle() } });
    this.announce(page.text);
  }

  wait(text) {
    this.turn += 1;
    this.show("wait", screens.notice(text, true), {
      right: { label: this.texts.cancel, run: () => this.hangUp() },
    });
    return this.turn;
  }

  tell(text) {
    this.show("notice", screens.notice(text), {
      left: { label: this.texts.close, run: () => this.idle() },
    });
    this.announce(text);
  }

  hangUp() { this.leave(); this.idle(); }

  leave() {
    this.turn += 1;
    if (this.session) network.hangUp(this.session).catch(() => {});
    this.session = null;
  }

  showViolations(found) {
    const { texts } = this;
    const words = found.map(({ code, detail }) => screens.fill(texts.violations[code], { detail }));
    byId("violations").hidden = words.length === 0;
    byId("violations").textContent = words.length
      ? screens.fill(texts.violation, { list: words.join(", ") }) : "";
  }

  // --- buttons

  wire() {
    const keys = KEYS.map((key) => this.keyButton(key));
    byId("keys").append(...keys);
    byId("soft-left").addEventListener("click", () => this.screen.left?.run());
    byId("soft-right").addEventListener("click", () => this.right());
    byId("green").addEventListener("click", () => this.green());
    byId("red").addEventListener("click", () => this.hangUp());
    byId("up").addEventListener("click", () => this.move(-1));
    byId("down").addEventListener("click", () => this.move(1));
    // A mouse must not take the cursor out of the field on the screen.
    byId("phone").querySelectorAll("button").forEach((button) =>
      button.addEventListener("pointerdown", (event) => event.preventDefault()));
    byId("phone").querySelectorAll("button").forEach((button) =>
      button.addEventListener("mousedown", (event) => event.preventDefault()));
    document.addEventListener("keydown", (event) => this.typed(event));
  }

  keyButton(key) {
    const { texts } = this;
    const letters = (LETTERS.mn[key] ?? "").trim();
    const latin = key === "1" ? "" : (LETTERS.la[key] ?? "").trim();
    const name = { "*": texts.keyStar, "#": texts.keyHash }[key];
    return screens.element("button", {
      type: "button", class: "key", "data-key": key,
      "aria-label": name ?? [key, letters, latin].filter(Boolean).join(" "),
      onclick: () => this.press(key),
    },
    screens.element("b", {}, key),
    screens.element("span", {}, key === "0" ? "␣" : key === "#" ? "абв/123" : key === "*" ? "Аа" : letters),
    screens.element("span", { class: "latin" }, latin));
  }

  press(key) {
    const { name, field, buttons } = this.screen;
    if (name === "idle") { this.dialler(key); return; }
    if (buttons.length && key >= "1" && key <= `${Math.min(9, buttons.length)}`) {
      buttons[Number(key) - 1].click();
      return;
    }
    if (!field) return;
    if (name !== "dial" && key === "#") {
      this.keypad.nextMode();
      this.announce(this.texts.modeNames[this.keypad.mode]);
    } else if (key === "*" && this.keypad.mode !== "digits") {
      this.keypad.shift = !this.keypad.shift;
    } else {
      this.keypad.press(key, field);
    }
    this.showStatus();
  }

  right() {
    const { field, right } = this.screen;
    if (field && field.value) { this.keypad.forget(); rubOut(field); } else right?.run();
  }

  green() { (this.screen.green ?? this.screen.left?.run)?.(); }

  move(step) {
    const { buttons } = this.screen;
    if (!buttons.length) { byId("view").scrollBy({ top: step * 48 }); return; }
    const now = buttons.findIndex((button) => button.classList.contains("chosen"));
    const next = buttons[(now + step + buttons.length) % buttons.length];
    mark(buttons, next);
    next.scrollIntoView({ block: "nearest" });
    if (byId("view").contains(document.activeElement)) next.focus();
  }

  // --- the computer's keyboard, wherever no other field has the cursor

  typed(event) {
    const at = event.target;
    const inPhone = byId("phone").contains(at);
    if ((!inPhone && at !== document.body) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.isComposing || !this.handleKey(event.key, at)) return;
    event.preventDefault();
  }

  handleKey(key, at) {
    const { name, field, buttons } = this.screen;
    const inField = at === field;
    const onButton = at.closest("button") !== null;
    if (key === "Escape") { this.hangUp(); return true; }
    if (key === "Enter" && !onButton) { this.green(); return true; }
    if (key === "ArrowUp" && !inField) { this.move(-1); return true; }
    if (key === "ArrowDown" && !inField) { this.move(1); return true; }
    if (inField || [...key].length !== 1 || (key === " " && onButton)) {
      if (key !== "Backspace" || inField || !field) return false;
      rubOut(field);
      return true;
    }
    if (name === "idle" && /[0-9*#+]/.test(key)) { this.dialler(key); this.focus(); return true; }
    if (buttons.length && /[1-9]/.test(key)) { this.press(key); return true; }
    if (!field) return false;
    field.focus({ preventScroll: true });
    put(field, key);
    return true;
  }
}

function mark(buttons, chosen) {
  buttons.forEach((button) => button.classList.toggle("chosen", button === chosen));
}
