/** Short texts that stand for something longer, always the same for the same thing (apimachinery `util/rand`). */
import { hashOfText } from "../engine/random.js";

/** Letters and digits without vowels and look-alikes, so that no words arise. */
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** 27^5: how many texts of five letters there are. */
const FIVE_LETTERS = 14_348_907;
/** Near the golden section of 27^5 and no multiple of 3: successive ordinals give texts that look unrelated. */
const STRIDE = 8_868_113;

/** A hash of `text` as `length` letters. */
export function hashText(text: string, length: number): string {
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul((b ^ code) + (a >>> 15), 0x85ebca6b);
  }
  let letters = "";
  for (let i = 0; i < length; i++) {
    const half = i % 2 === 0 ? a : b;
    letters += ALPHABET[(half >>> 0) % ALPHABET.length];
    a = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
    b = Math.imul(b ^ (b >>> 16), 0x27d4eb2f);
  }
  return letters;
}

/** Five letters for the `ordinal`-th thing of an owner; within an owner no text comes twice. */
export function ordinalText(owner: string, ordinal: number): string {
  let number = (hashOfText(owner) + ordinal * STRIDE) % FIVE_LETTERS;
  let letters = "";
  for (let i = 0; i < 5; i++) {
    letters += ALPHABET[number % ALPHABET.length];
    number = Math.floor(number / ALPHABET.length);
  }
  return letters;
}
