/**
 * Quantities of the Kubernetes API ("500m", "1.5Gi", "2e3"): digits with an optional fraction, then a binary suffix, a
 * decimal suffix or an exponent (apimachinery `resource.Quantity`). Exact: 1.1 is 1100 thousandths and not 1101.
 */

const SYNTAX = /^([+-]?)(\d+\.?\d*|\.\d+)(?:(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])|[eE]([+-]?\d{1,3}))?$/;
const LONGEST = 64;

/** Power of ten of each decimal suffix. */
const DECIMAL: ReadonlyMap<string, number> = new Map([
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
]);

const BINARY = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/**
 * Value in whole units or in thousandths, rounded up as the scheduler does; null when malformed or negative.
 * Values beyond the exact integers become the largest of them.
 */
export function parseQuantity(text: string, unit: "unit" | "milli"): number | null {
  const match = text.length > LONGEST ? null : SYNTAX.exec(text);
  if (match === null) return null;
  const [whole = "", fraction = ""] = (match[2] ?? "").split(".");
  const suffix = match[3] ?? "";
  const mantissa = BigInt(whole + fraction) * powerOf(1024n, BINARY.indexOf(suffix) + 1);
  if (match[1] === "-" && mantissa > 0n) return null;
  const exponent = (DECIMAL.get(suffix) ?? Number(match[4] ?? 0)) - fraction.length + (unit === "milli" ? 3 : 0);
  const divisor = powerOf(10n, -exponent);
  const value = exponent >= 0 ? mantissa * powerOf(10n, exponent) : (mantissa + divisor - 1n) / divisor;
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : Number.MAX_SAFE_INTEGER;
}

/** One for a negative exponent. */
function powerOf(base: bigint, exponent: number): bigint {
  let power = 1n;
  for (let i = 0; i < exponent; i++) power *= base;
  return power;
}
