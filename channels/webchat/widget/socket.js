// One open socket: shows the ticket, then answers messages by their ids.

const READY_MS = 4000;
const BAD_MESSAGE = 4400;
const NO_TICKET = 4401;
const LEFT = 1000;

class Socket {
  #socket;
  #waiting = new Map();

  // Resolves when the server has accepted the ticket.
  static open(address, token, onClose) {
    return new Promise((resolve, reject) => {
      const made = new Socket();
      const socket = new WebSocket(address);
      made.#socket = socket;
      const timer = setTimeout(() => socket.close(LEFT), READY_MS);
      let isReady = false;
      socket.addEventListener("open", () => socket.send(JSON.stringify({ token })));
      socket.addEventListener("message", (event) => {
        const data = JSON.parse(event.data);
        if (data.ready) {
          clearTimeout(timer);
          isReady = true;
          resolve(made);
        } else {
          made.#answered(data);
        }
      });
      // A socket that the page's policy forbids is told by an error alone, with no close after it.
      socket.addEventListener("error", () => {
        clearTimeout(timer);
        reject(new Error("no socket"));
      });
      socket.addEventListener("close", ({ code }) => {
        clearTimeout(timer);
        const error = code === NO_TICKET ? new TicketRefused() : code === BAD_MESSAGE ? new MessageRefused() : new Error(`closed: ${code}`);
        reject(error);
        made.#broken(error);
        if (isReady) onClose(code);
      });
    });
  }

  get isOpen() {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  ask(message) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error("no answer in time"));
        this.#socket.close(LEFT);
      }, ANSWER_MS);
      this.#waiting.set(message.id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify(message));
    });
  }

  close() {
    this.#socket.close(LEFT);
  }

  #answered(data) {
    const asked = this.#waiting.get(data.id);
    if (!asked) return;
    clearTimeout(asked.timer);
    this.#waiting.delete(data.id);
    asked.resolve(data);
  }

  #broken(error) {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#waiting.clear();
  }
}
