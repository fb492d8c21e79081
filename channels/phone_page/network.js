// Requests to the simulated network, the list of citizens and the chat: all on this origin.

const PHONE = "/demo/at/phone";

async function json(url, body) {
  const options = body === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}

export const network = {
  settings: () => json(`${PHONE}/settings`),
  people: () => json("/demo/people"),
  dial: (phone, code) => json(`${PHONE}/dial`, { phone, code }),
  keys: (session, text) => json(`${PHONE}/keys`, { session, text }),
  hangUp: (session) => json(`${PHONE}/hangup`, { session }),
  sms: (phone, text) => json(`${PHONE}/sms`, { phone, text }),
  inbox: async (phone) =>
    (await json(`${PHONE}/inbox?phone=${encodeURIComponent(phone)}`)).messages,
};

let chatOpen = false;

async function openChat() {
  if (!chatOpen) chatOpen = (await fetch("/chat/session")).ok;
}

export async function say(message) {
  const post = () => fetch("/chat", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(message),
  });
  await openChat();
  let response = await post();
  if (response.status === 401) {
    chatOpen = false;
    await openChat();
    response = await post();
  }
  return (await response.json()).replies;
}
