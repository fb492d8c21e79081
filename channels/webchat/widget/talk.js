// The conversation: what is said goes out one by one, in order, and is answered one by one.

const WAITING_AFTER_MS = 1000;

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

class Talk {
  #base;
  #panel;
  #line;
  #queue = [];
  #isBusy = false;
  #isBroken = false;
  #hasBegun = false;

  constructor(base, options) {
    this.#base = base;
    this.#line = this.#newLine();
    this.#panel = new Panel(options, {
      said: (text) => this.#say(text, { text }),
      picked: (choice, label) => this.#say(label, { choice }),
      opened: () => this.#begin(),
      cleared: () => this.#clear(),
    });
    // A page that the browser keeps for its Back button shows nothing private when it comes back.
    addEventListener("pagehide", () => this.#panel.forgetPrivate());
  }

  get root() {
    return this.#panel.root;
  }

  #newLine() {
    return new Line(this.#base, {
      broken: () => { this.#isBroken = true; this.#panel.tell(WORDS.broken); },
      restored: () => { this.#panel.tell(this.#isBroken ? WORDS.restored : ""); this.#isBroken = false; },
    });
  }

  #begin() {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#panel.add("bot", this.#line.isContinued ? WORDS.continued : WORDS.greeting);
  }

  #say(shown, message) {
    this.#panel.retireOffers();
    this.#panel.add("you", shown);
    this.#queue.push({ id: newId(), ...message });
    if (!this.#isBusy) this.#sendAll();
  }

  async #sendAll() {
    const line = this.#line;
    this.#isBusy = true;
    while (this.#queue.length && !line.hasEnded) {
      const answer = await this.#answered(line, this.#queue[0]);
      if (line.hasEnded) return;
      this.#queue.shift();
      this.#show(answer, this.#queue.length === 0);
    }
    this.#isBusy = false;
  }

  async #answered(line, message) {
    const timer = setTimeout(() => {
      if (!this.#isBroken && !line.hasEnded) this.#panel.tell(WORDS.waiting, true);
    }, WAITING_AFTER_MS);
    try {
      return await line.ask(message);
    } catch {
      if (!line.hasEnded) this.#panel.tell("");
      return { replies: [{ text: WORDS.undelivered, choices: [], expects: "text", private: false }] };
    } finally {
      clearTimeout(timer);
    }
  }

  // Choices belong to the last answer alone: by their number the server knows no others.
  #show({ replies }, isLast) {
    const last = replies.at(-1);
    if (!last) return;
    const [first] = replies.map((reply) => this.#panel.add("bot", reply.text, reply.private));
    this.#panel.expect(last.expects);
    if (last.choices.length && isLast) this.#panel.offer(last.choices);
    this.#panel.reveal(first);
  }

  #clear() {
    this.#line.end();
    this.#line = this.#newLine();
    this.#queue = [];
    this.#isBusy = false;
    this.#isBroken = false;
    this.#panel.empty();
    this.#panel.expect("text");
    this.#panel.tell(WORDS.cleared);
    this.#panel.add("bot", WORDS.greeting);
    this.#panel.focus();
  }
}
