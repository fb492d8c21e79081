"""What a script finds out about the widget; each knows its shadow root as `root`."""

from __future__ import annotations

CONTRASTS = """
const linear = (part) => {
  const value = part / 255;
  return value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
};
const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
const luminance = (colour) => {
  const [red, green, blue] = parts(colour).map(linear);
  return .2126 * red + .7152 * green + .0722 * blue;
};
const ground = (one) => {
  for (let each = one; each; each = each.parentElement) {
    const colour = getComputedStyle(each).backgroundColor;
    if (parts(colour)[3] !== 0) return colour;
  }
  return "rgb(255, 255, 255)";
};
return [...root.querySelectorAll("h2, p, button, textarea, .mark")]
  .filter((one) => one.getClientRects().length)
  .map((one) => {
    const both = [luminance(getComputedStyle(one).color), luminance(ground(one))];
    const [lighter, darker] = both.sort((one, other) => other - one);
    return [`${one.tagName}.${one.className}`, (lighter + .05) / (darker + .05)];
  });
"""
"""Every text and its contrast with what is behind it (WCAG 2.2, 1.4.3)."""

SIZES = """
return [...root.querySelectorAll("button, textarea")]
  .filter((one) => one.getClientRects().length)
  .map((one) => {
    const { width, height } = one.getBoundingClientRect();
    return [one.textContent || one.id, width, height];
  });
"""
"""Every target, its width and its height in CSS pixels (WCAG 2.2, 2.5.8)."""

SPILLS = """
const { right, left } = root.querySelector("dialog").getBoundingClientRect();
return [...root.querySelectorAll("dialog *")]
  .filter((one) => one.getClientRects().length && !one.closest(".hidden"))
  .filter((one) => {
    const box = one.getBoundingClientRect();
    return box.right > Math.min(right, innerWidth) + .5 || box.left < Math.max(left, 0) - .5;
  })
  .map((one) => `${one.tagName}.${one.className}`);
"""
"""What reaches over the side of the dialog or of the window (WCAG 2.2, 1.4.10)."""

ANSWER_AND_LOG = """
const boxOf = (one) => one.getBoundingClientRect().toJSON();
const answer = [...root.querySelectorAll(".bot")].at(-1);
return { answer: boxOf(answer), log: boxOf(root.querySelector(".log")) };
"""
"""Where the last answer and the log are, in CSS pixels."""

RESOURCES = """
return performance.getEntriesByType("resource").map((one) => one.name)
  .filter((name) => name.includes("/webchat/")).map((name) => name.split("/").at(-1)).sort();
"""
"""What the page has asked the chat's server for, sockets apart."""

LOSE_ONE_ANSWER = """
const send = WebSocket.prototype.send;
let lost = 0;
WebSocket.prototype.send = function (data) {
  send.call(this, data);
  if (data.includes("text") && !lost++) this.close(1000);
};
"""

LOOK = """
const [selector, property] = arguments;
const one = root.querySelector(selector) ?? document.querySelector(selector);
return getComputedStyle(one)[property];
"""
"""A computed property of an element of the widget, or of the page."""
