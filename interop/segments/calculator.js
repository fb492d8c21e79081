// Reads texts as a JSON list and writes what sms-segments-calculator says of each: encoding, segments.
"use strict";

const { SegmentedMessage } = require("sms-segments-calculator");

const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
const said = texts.map((text) => {
  const message = new SegmentedMessage(text);
  return [message.getEncodingName(), message.segmentsCount];
});
process.stdout.write(JSON.stringify(said));
