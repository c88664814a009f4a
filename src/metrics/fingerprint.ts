/** A running 64-bit hash of everything that happened: equal runs have equal fingerprints. Not for security. */

const word = new Float64Array(1);
const halves = new Uint32Array(word.buffer);

export class Fingerprint {
  private a = 0x6a09e667;
  private b = 0xbb67ae85;

  /** Takes in a number (an integer, a fraction or NaN). */
  number(value: number): void {
    word[0] = value;
    this.mix(halves[0] as number);
    this.mix(halves[1] as number);
  }

  text(value: string): void {
    for (let i = 0; i < value.length; i++) this.mix(value.charCodeAt(i));
    this.mix(value.length);
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    const hex = (part: number): string => (part >>> 0).toString(16).padStart(8, "0");
    return hex(this.a) + hex(this.b);
  }

  private mix(value: number): void {
    let h = Math.imul(this.a ^ value, 0x85ebca6b);
    h ^= h >>> 15;
    this.a = (Math.imul(h, 0xc2b2ae35) + this.b) | 0;
    this.b = Math.imul(this.b ^ (h + 0x9e3779b9), 0x27d4eb2f) ^ (this.b >>> 13);
  }
}
