// Multi-tap entry: which letter a key gives when it is pressed again and again.

const WAIT_MS = 1100;

export const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

export const LETTERS = {
  mn: { 1: ".,?!-", 2: "абвг", 3: "деёжз", 4: "ийкл", 5: "мноөп", 6: "рстуү", 7: "фхцч", 8: "шщъы", 9: "ьэюя", 0: " " },
  la: { 1: ".,?!-", 2: "abc", 3: "def", 4: "ghi", 5: "jkl", 6: "mnoö", 7: "pqrs", 8: "tuvü", 9: "wxyz", 0: " " },
};

const MODES = ["mn", "la", "digits"];

export class Keypad {
  constructor(now = () => performance.now()) {
    this.now = now;
    this.mode = "digits";
    this.shift = false;
    this.forget();
  }

  forget() { this.last = { key: null, index: 0, at: -Infinity }; }

  nextMode() {
    this.mode = MODES[(MODES.indexOf(this.mode) + 1) % MODES.length];
    this.shift = false;
    this.forget();
  }

  // Writes a key into a text field, at the cursor; a repeated key replaces what it wrote before.
  press(key, field) {
    if (this.mode === "digits" || !(key in LETTERS[this.mode])) {
      this.forget();
      return put(field, key, 0);
    }
    const cycle = LETTERS[this.mode][key] + key;
    const again = key === this.last.key && this.now() - this.last.at < WAIT_MS;
    const index = again ? (this.last.index + 1) % cycle.length : 0;
    const upper = again ? this.last.upper : this.shift;
    this.last = { key, index, upper, at: this.now() };
    this.shift = false;
    return put(field, upper ? cycle[index].toUpperCase() : cycle[index], again ? 1 : 0);
  }
}

export function put(field, text, replaced = 0) {
  const start = Math.max(0, field.selectionStart - replaced);
  if (field.value.length - (field.selectionEnd - start) + text.length > field.maxLength) return;
  field.setRangeText(text, start, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

export function rubOut(field) {
  const { selectionStart: start, selectionEnd: end } = field;
  field.setRangeText("", start === end ? Math.max(0, start - 1) : start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
