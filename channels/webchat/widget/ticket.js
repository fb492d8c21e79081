// The proof of a conversation. It lives as long as the tab: what is said is kept nowhere.

const STORED_AS = "urtuu-webchat";
const ANSWER_MS = 9000;

// The server does not accept the ticket: another has to be asked for.
class TicketRefused extends Error {}

// The message itself is wrong: to send it again is of no use.
class MessageRefused extends Error {}

class Ticket {
  #base;
  #token;

  constructor(base) {
    this.#base = base;
    this.#token = this.#stored((storage) => storage.getItem(STORED_AS)) ?? null;
  }

  get known() {
    return this.#token;
  }

  async get() {
    if (this.#token === null) {
      const answer = await fetch(`${this.#base}/session`, {
        method: "POST", credentials: "omit", referrerPolicy: "origin", signal: AbortSignal.timeout(ANSWER_MS),
      });
      if (!answer.ok) throw new Error(`no ticket: ${answer.status}`);
      const { token } = await answer.json();
      this.#token = token;
      this.#stored((storage) => storage.setItem(STORED_AS, token));
    }
    return this.#token;
  }

  forget() {
    this.#token = null;
    this.#stored((storage) => storage.removeItem(STORED_AS));
  }

  // A browser that keeps nothing for the site throws; the ticket then lives as long as the page.
  #stored(use) {
    try {
      return use(sessionStorage);
    } catch {
      return null;
    }
  }
}
