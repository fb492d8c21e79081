// Puts the widget at the end of the page, in a shadow root that neither takes nor gives style.

const script = document.currentScript;
const NAME = "urtuu-webchat";

function oneOf(value, allowed) {
  return allowed.includes(value) ? value : allowed[0];
}

function start() {
  if (document.querySelector(NAME)) return;
  const options = {
    title: script.dataset.title || WORDS.title,
    side: oneOf(script.dataset.side, ["right", "left"]),
    theme: oneOf(script.dataset.theme, ["auto", "light", "dark"]),
  };
  const host = document.createElement(NAME);
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(new Talk(new URL(".", script.src).href.replace(/\/$/, ""), options).root);
  document.body.append(host);
}

if (!script) console.error("urtuu-webchat: load widget.js by a plain script tag, not as a module");
else if (document.body) start();
else addEventListener("DOMContentLoaded", start);
