/**
 * Numbers with a fixed count of decimals, by integer arithmetic: the same digits on every machine, no `toFixed`.
 */

/**
 * Text of `scaled` ÷ 10^`decimals`, for instance (−3100, 3) → "-3.100". A fraction of `scaled` is rounded to the nearest
 * integer; NaN and infinities become "". `scaled` must stay below 2^53.
 */
export function fixedDecimal(scaled: number, decimals: number): string {
  if (!Number.isFinite(scaled)) return "";
  const rounded = Math.round(scaled);
  const digits = String(Math.abs(rounded)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals === 0 ? "" : `.${digits.slice(digits.length - decimals)}`;
  return `${rounded < 0 ? "-" : ""}${whole}${fraction}`;
}

/** Inverse of `fixedDecimal`: the integer behind the text, NaN for "" and for anything that is no decimal number. */
export function parseFixedDecimal(text: string, decimals: number): number {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return Number.NaN;
  const [, sign, whole, fraction = ""] = match;
  const scaled = Number(`${whole}${fraction.slice(0, decimals).padEnd(decimals, "0")}`);
  return sign === "-" && scaled !== 0 ? -scaled : scaled;
}
