// What is seen: the button, the dialog, the log of what was said.

const SMALL = matchMedia("(max-width: 480px), (max-height: 420px)");
const MAX_CHARS = 1000;

class Panel {
  #log = element("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0", "aria-label": WORDS.log });
  #status = element("p", { class: "status", role: "status" });
  #field = element("textarea", {
    id: "field", rows: "1", maxlength: String(MAX_CHARS), autocomplete: "off", spellcheck: "false",
    autocapitalize: "sentences", placeholder: WORDS.field, "aria-describedby": "notice", keydown: (event) => this.#keyed(event),
    input: () => this.#grow(),
  });
  #launcher = element("button", {
    type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false", "aria-controls": "panel",
    click: () => this.open(),
  }, WORDS.launch);
  #dialog;
  #events;
  root;

  // `events`: said(text), picked(number, label), opened(), cleared().
  constructor(options, events) {
    this.#events = events;
    const form = element("form", { autocomplete: "off", submit: (event) => this.#submitted(event) },
      element("label", { for: "field", class: "hidden" }, WORDS.field), this.#field,
      element("button", { type: "submit", class: "send" }, WORDS.send));
    this.#dialog = element("dialog", {
      id: "panel", "aria-labelledby": "title", cancel: (event) => this.#cancelled(event),
    },
    element("header", {},
      element("h2", { id: "title" }, options.title),
      element("button", { type: "button", class: "close", click: () => this.close() },
        element("span", { class: "hidden" }, WORDS.close), element("span", { "aria-hidden": "true" }, "✕"))),
    this.#log, this.#status, form,
    element("footer", {},
      element("p", { id: "notice" }, WORDS.notice),
      element("button", { type: "button", class: "clear", click: () => this.#events.cleared() }, WORDS.clear)));
    this.root = element("section", {
      class: "chat", lang: "mn", "aria-label": options.title, "data-side": options.side, "data-theme": options.theme,
    }, this.#launcher, this.#dialog);
    addEventListener("keydown", (event) => this.#escaped(event));
    SMALL.addEventListener("change", () => this.#fit());
  }

  open() {
    if (this.#dialog.open) return;
    this.#launcher.setAttribute("aria-expanded", "true");
    this.#events.opened();
    this.#show();
    this.#launcher.hidden = true;
    this.focus();
  }

  close() {
    if (!this.#dialog.open) return;
    this.#dialog.close();
    this.#launcher.hidden = false;
    this.#launcher.setAttribute("aria-expanded", "false");
    this.#launcher.focus();
  }

  focus() {
    this.#field.focus();
  }

  add(who, text, isPrivate = false) {
    const message = element("div", { class: `message ${who}${isPrivate ? " private" : ""}` },
      element("span", { class: "hidden" }, `${WORDS[who]}: `),
      isPrivate ? element("span", { class: "mark" }, WORDS.private) : null,
      element("p", {}, text));
    this.#append(message);
    return message;
  }

  // An answer is read from its beginning, also where it is longer than the log.
  reveal(first) {
    const top = Math.max(...[this.#log, this.#dialog].map((frame) => frame.getBoundingClientRect().top));
    if (first.getBoundingClientRect().top < top) first.scrollIntoView({ block: "start" });
  }

  // Buttons that answer the question above them; they go out of use with the next message.
  offer(labels) {
    const buttons = labels.map((label, index) =>
      element("button", { type: "button", click: () => this.#events.picked(index + 1, label) }, label));
    this.#append(element("div", { class: "choices", role: "group", "aria-label": WORDS.choices }, ...buttons));
  }

  retireOffers() {
    const used = this.#log.querySelectorAll(".choices button:not([disabled])");
    if ([...used].some((button) => button.matches(":focus"))) this.focus();
    for (const button of used) button.disabled = true;
  }

  expect(kind) {
    this.#field.inputMode = kind === "digits" ? "numeric" : "text";
  }

  // One line of state: waiting, broken, or nothing.
  tell(text, isWaiting = false) {
    this.#status.classList.toggle("waiting", isWaiting);
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }

  empty() {
    this.#log.replaceChildren();
    this.#field.value = "";
    this.#grow();
  }

  forgetPrivate() {
    this.#log.querySelectorAll(".private").forEach((message) => message.remove());
  }

  #append(node) {
    this.#log.append(node);
    if (this.#dialog.open) node.scrollIntoView({ block: "nearest" });
  }

  // On a small screen the dialog covers the page, so the focus must not leave it.
  #show() {
    if (SMALL.matches) this.#dialog.showModal();
    else this.#dialog.show();
  }

  #fit() {
    if (!this.#dialog.open) return;
    const focused = this.root.getRootNode().activeElement;
    this.#dialog.close();
    this.#show();
    (focused ?? this.#field).focus();
  }

  #submitted(event) {
    event.preventDefault();
    const text = this.#field.value.trim();
    this.focus();
    if (!text) return;
    this.#field.value = "";
    this.#grow();
    this.#events.said(text);
  }

  #keyed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#field.form.requestSubmit();
  }

  #escaped(event) {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || !this.#dialog.open) return;
    event.preventDefault();
    this.close();
  }

  #cancelled(event) {
    event.preventDefault();
    this.close();
  }

  #grow() {
    this.#field.rows = Math.min(4, Math.max(1, this.#field.value.split("\n").length, Math.ceil(this.#field.value.length / 32)));
  }
}
