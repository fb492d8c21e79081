// Puts the page together: texts, settings, citizens, phone, chat.

import { startChat } from "./chat.js";
import { network } from "./network.js";
import { international, showPeople } from "./people.js";
import { Phone } from "./phone.js";
import { fill } from "./screens.js";

const FALLBACK = { ussd_code: "*1111#", sms_code: "141111", part_price_mnt: 0 };
const NOBODY = { name: "", phone: "+97699000001" };

const texts = JSON.parse(document.getElementById("texts").textContent);
const [settings, people] = await Promise.all([
  network.settings().catch(() => FALLBACK),
  network.people().catch(() => []),
]);

const note = document.getElementById("price-note");
note.textContent = fill(texts.priceNote, { price: settings.part_price_mnt });
note.hidden = settings.part_price_mnt === 0;

const phone = new Phone(texts, settings);
const first = showPeople(people, texts, phone) ?? NOBODY;
await phone.useAs({ name: first.name, phone: international(first.phone) });
startChat(texts);
document.body.dataset.ready = "yes";
