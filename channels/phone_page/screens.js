// What the phone's display shows: each function returns the nodes of one screen.

import { measure } from "./length.js";

export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function textField(label, attributes) {
  return element("textarea", {
    rows: 1, spellcheck: "false", autocapitalize: "off", autocomplete: "off",
    "aria-label": label, ...attributes,
  });
}

export function idle(texts, owner, code, now) {
  const clock = `${now.getHours()}`.padStart(2, "0") + ":" + `${now.getMinutes()}`.padStart(2, "0");
  const date = fill(texts.date, {
    month: now.getMonth() + 1, day: now.getDate(), weekday: texts.weekdays[now.getDay()],
  });
  return [
    element("p", { class: "clock" }, clock),
    element("p", { class: "date" }, date),
    element("p", { class: "owner" }, owner),
    element("p", { class: "dial-hint" }, fill(texts.dialHint, { code })),
  ];
}

export function dial(texts, number) {
  const field = textField(texts.dialField, { class: "number", maxlength: 40, inputmode: "tel" });
  field.value = number;
  return { nodes: [field], field };
}

export function notice(text, busy = false) {
  return [element("p", { class: busy ? "notice-text busy" : "notice-text" }, text)];
}

export function ussd(texts, page) {
  const count = fill(texts.chars, { units: page.units, max: page.max_units });
  const nodes = [
    element("p", { class: "page", id: "page-text" }, page.text),
    element("p", { class: "count" }, count),
  ];
  if (!page.open) return { nodes, field: null };
  const field = textField(texts.answerField, { class: "answer", maxlength: 182, "aria-describedby": "page-text" });
  nodes.push(field);
  return { nodes, field };
}

export function list(rows) {
  const buttons = rows.map(({ title, detail, fresh, run }) =>
    element("button", { type: "button", class: fresh ? "row fresh" : "row", onclick: run },
      element("span", { class: "row-title" }, title),
      ...(detail ? [element("span", { class: "row-detail" }, detail)] : [])));
  return { nodes: [element("div", { class: "list" }, ...buttons)], buttons };
}

export function message(texts, sms) {
  return [
    element("p", { class: "meta" }, fill(texts.from, { from: sms.from }), element("time", {}, time(sms.at))),
    element("p", { class: "page" }, sms.text),
    element("p", { class: "count" }, cost(texts, { ...measure(sms.text), price: sms.price_mnt })),
  ];
}

function cost(texts, length) {
  return [texts.chars, texts.parts, texts.price].map((text) => fill(text, length)).join(" · ");
}

export function compose(texts, settings, draft) {
  const field = textField(texts.smsField, { class: "letter", maxlength: 800, rows: 4 });
  field.value = draft;
  const count = element("p", { class: "count", "aria-live": "off" });
  const refresh = () => {
    const length = measure(field.value);
    count.textContent = cost(texts, { ...length, price: length.parts * settings.part_price_mnt });
  };
  field.addEventListener("input", refresh);
  refresh();
  const to = element("p", { class: "meta" }, fill(texts.to, { to: settings.sms_code }));
  return { nodes: [to, field, count], field };
}

export function time(at) {
  const when = new Date(at);
  return `${when.getHours()}`.padStart(2, "0") + ":" + `${when.getMinutes()}`.padStart(2, "0");
}
