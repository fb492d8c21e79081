// How long a text is as SMS: 3GPP TS 23.038 (alphabet) and TS 23.040 (parts).

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡" +
  "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const EXTENSION = new Set("\f^{}\\[~]|€");

export function measure(text) {
  const chars = [...text];
  const gsm7 = chars.every((char) => BASIC.has(char) || EXTENSION.has(char));
  const weights = chars.map((char) => (gsm7 ? (EXTENSION.has(char) ? 2 : 1) : char.length));
  const [single, part] = gsm7 ? [160, 153] : [70, 67];
  const units = weights.reduce((sum, weight) => sum + weight, 0);
  if (units <= single) return { units, parts: 1, max: single };
  let parts = 1;
  let used = 0;
  for (const weight of weights) {
    if (used + weight > part) { parts += 1; used = 0; }
    used += weight;
  }
  return { units, parts, max: parts * part };
}
