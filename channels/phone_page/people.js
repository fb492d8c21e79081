// The made-up citizens: choosing one makes the phone theirs.

import { element, fill } from "./screens.js";
import { put } from "./keypad.js";

export function international(phone) {
  const digits = phone.replace(/[^\d]/g, "");
  return digits.length === 8 ? `+976${digits}` : `+${digits}`;
}

function spaced(phone) {
  const digits = international(phone).slice(4);
  return `${digits.slice(0, 4)} ${digits.slice(4)}`;
}

export function showPeople(people, texts, phone) {
  const box = document.getElementById("people");
  document.getElementById("no-people").hidden = people.length > 0;
  people.forEach((person, index) => box.append(card(person, index, texts, phone)));
  const first = people[0];
  if (first) box.querySelector("input").checked = true;
  return first;
}

function card(person, index, texts, phone) {
  const id = `person-${index}`;
  const choose = () => phone.useAs({ name: person.name, phone: international(person.phone) });
  const chips = [
    [texts.register, person.register_number],
    ...(person.plate_numbers ?? []).map((plate) => [texts.plate, plate]),
  ].map(([label, value]) => chip(label, value, texts, phone));
  return element("div", { class: "person" },
    element("input", { type: "radio", name: "owner", id, onchange: choose }),
    element("label", { for: id },
      element("span", { class: "name" }, person.name),
      ...(person.about ? [element("span", { class: "about" }, person.about)] : []),
      element("span", { class: "tel" }, spaced(person.phone))),
    element("div", { class: "chips" }, ...chips));
}

function chip(label, value, texts, phone) {
  return element("button", {
    type: "button", class: "chip", title: label,
    "aria-label": `${label}: ${fill(texts.insert, { value })}`,
    onclick: () => {
      const field = phone.screen.field ?? document.getElementById("chat-text");
      put(field, value);
      (phone.screen.field ? document.getElementById("screen") : field).scrollIntoView({ block: "nearest" });
    },
  }, value);
}
