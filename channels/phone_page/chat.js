// The chat box: one line in, replies and their choices out.

import { say } from "./network.js";
import { element } from "./screens.js";

function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function startChat(texts, newId = randomId) {
  const log = document.getElementById("chat-log");
  const form = document.getElementById("chat-form");
  const input = document.getElementById("chat-text");
  const button = form.querySelector("button");

  const add = (who, text, ...rest) => {
    log.querySelector(".hint")?.remove();
    log.append(element("li", { class: who },
      element("span", { class: "hidden" }, `${texts[who]}: `), element("p", {}, text), ...rest));
    log.scrollTop = log.scrollHeight;
  };

  const send = async (shown, message) => {
    log.querySelectorAll(".choices button").forEach((each) => { each.disabled = true; });
    add("you", shown);
    button.disabled = true;
    log.classList.add("waiting");
    try {
      for (const reply of await say({ id: newId(), ...message })) add("bot", reply.text, choices(reply));
    } catch {
      add("bot", texts.chatDown);
    } finally {
      button.disabled = false;
      log.classList.remove("waiting");
    }
  };

  const choices = (reply) => element("div", { class: "choices" }, ...reply.choices.map((choice, index) =>
    element("button", {
      type: "button",
      onclick: () => {
        send(choice.label, { choice: index + 1 });
        if (!matchMedia("(pointer: coarse)").matches) input.focus();
      },
    }, choice.label)));

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text || button.disabled) return;
    input.value = "";
    send(text, { text });
  });
}
