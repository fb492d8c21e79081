// The way to the server: a socket, or HTTP where no socket opens. A message keeps its id until it
// is answered, so whichever way it goes a second time, it is the same message.

const IDLE = 4408;
const PAUSES_MS = [500, 1000, 2000, 4000, 8000, 16000, 30000];
const SOCKET_PAUSES_MS = [1000, 2000, 4000, 8000, 16000, 30000, 60000, 300000];
const BUSY_TRIES = 3;

function pauseOf(pauses, tries) {
  const pause = pauses[Math.min(tries, pauses.length - 1)];
  return pause * (0.75 + Math.random() / 2);
}

class Line {
  #base;
  #ticket;
  #events;
  #socket = null;
  #socketFailures = 0;
  #socketTimer = 0;
  #hasEnded = false;

  // `events`: broken() when the server cannot be reached, restored() when it can again.
  constructor(base, events) {
    this.#base = base;
    this.#ticket = new Ticket(base);
    this.#events = events;
  }

  get isContinued() {
    return this.#ticket.known !== null;
  }

  get hasEnded() {
    return this.#hasEnded;
  }

  // The answer, however long it takes. Rejects only with MessageRefused, or when the line has ended.
  async ask(message) {
    for (let tries = 0; ; tries += 1) {
      let isBroken = false;
      try {
        const answer = await this.#once(message);
        if (answer.trouble !== "busy" || tries >= BUSY_TRIES) {
          this.#socketFailures = this.#socket?.isOpen ? 0 : this.#socketFailures;
          this.#events.restored();
          return answer;
        }
      } catch (error) {
        if (error instanceof MessageRefused || this.#hasEnded) throw error;
        if (error instanceof TicketRefused) this.#ticket.forget();
        else isBroken = true;
      }
      if (isBroken) this.#events.broken();
      await this.#pause(pauseOf(PAUSES_MS, tries));
      if (this.#hasEnded) throw new Error("ended");
    }
  }

  // Leave the conversation for good: nobody who comes to this tab later can go on with it.
  end() {
    this.#hasEnded = true;
    clearTimeout(this.#socketTimer);
    this.#ticket.forget();
    this.#socket?.close();
  }

  async #once(message) {
    const token = await this.#ticket.get();
    const socket = await this.#opened(token);
    if (socket) {
      try {
        return await socket.ask(message);
      } catch (error) {
        if (error instanceof MessageRefused || error instanceof TicketRefused || this.#hasEnded) throw error;
      }
    }
    return this.#post(token, message);
  }

  async #opened(token) {
    if (this.#socket?.isOpen) return this.#socket;
    if (this.#socketTimer) return null;
    try {
      const address = `${this.#base.replace(/^http/, "ws")}/socket`;
      this.#socket = await Socket.open(address, token, (code) => this.#closed(code));
      if (this.#hasEnded) this.#socket.close();
      return this.#socket;
    } catch (error) {
      if (error instanceof TicketRefused) throw error;
      this.#openLater();
      return null;
    }
  }

  #closed(code) {
    if (code !== IDLE && code !== NO_TICKET) this.#openLater();
  }

  #openLater() {
    if (this.#socketTimer || this.#hasEnded) return;
    this.#socketTimer = setTimeout(() => {
      this.#socketTimer = 0;
      if (this.#ticket.known) this.#opened(this.#ticket.known).catch(() => this.#ticket.forget());
    }, pauseOf(SOCKET_PAUSES_MS, this.#socketFailures));
    this.#socketFailures += 1;
  }

  async #post(token, message) {
    const answer = await fetch(`${this.#base}/message`, {
      method: "POST",
      credentials: "omit",
      referrerPolicy: "origin",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (answer.status === 401) throw new TicketRefused();
    const isJson = answer.headers.get("content-type")?.startsWith("application/json");
    if (isJson) return answer.json();
    if (answer.status >= 500) throw new Error(`no answer: ${answer.status}`);
    throw new MessageRefused();
  }

  // Until the time is over, or the browser says that it is on the net again.
  #pause(duration) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        removeEventListener("online", done);
        resolve();
      };
      const timer = setTimeout(done, duration);
      addEventListener("online", done);
    });
  }
}
