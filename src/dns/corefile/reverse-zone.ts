/**
 * Ranges of addresses to the reverse zones that hold their names. A range that ends within a label becomes several zones:
 * 10.0.0.0/23 is two of three octets, 10.0.0.0/27 is thirty-two whole addresses (CoreDNS 1.14.7 plugin/pkg/cidr).
 */

interface Family {
  /** Bits of one label of the name. */
  readonly labelBits: number;
  readonly radix: number;
  readonly labels: number;
  readonly suffix: string;
}

const IPV4: Family = { labelBits: 8, radix: 10, labels: 4, suffix: "in-addr.arpa" };
const IPV6: Family = { labelBits: 4, radix: 16, labels: 32, suffix: "ip6.arpa" };

/**
 * Zones of a range in CIDR notation, lower case and without trailing dot, in the order of their addresses; bits beyond the
 * prefix do not matter. Null when the text is no range.
 */
export function reverseZones(text: string): readonly string[] | null {
  const match = /^([0-9A-Fa-f.:]+)\/(0|[1-9]\d{0,2})$/.exec(text);
  if (match === null) return null;
  const address = match[1] ?? "";
  const family = address.includes(":") ? IPV6 : IPV4;
  const labels = family === IPV6 ? ipv6Nibbles(address) : ipv4Octets(address);
  const prefix = Number(match[2]);
  if (labels === null || prefix > family.labels * family.labelBits) return null;
  const whole = Math.floor(prefix / family.labelBits);
  const bitsOfLast = prefix % family.labelBits;
  const fixed = labels.slice(0, whole);
  if (bitsOfLast === 0) return [zoneOf(fixed, family)];
  const size = 1 << (family.labelBits - bitsOfLast);
  const first = (labels[whole] ?? 0) & -size;
  return Array.from({ length: size }, (_, index) => zoneOf([...fixed, first + index], family));
}

/** Name of the zone whose leading labels, in the order of the address, are given. */
function zoneOf(labels: readonly number[], { radix, suffix }: Family): string {
  const reversed = [...labels].reverse().map((label) => label.toString(radix));
  return [...reversed, suffix].join(".");
}

function ipv4Octets(text: string): number[] | null {
  const parts = text.split(".");
  if (parts.length !== IPV4.labels) return null;
  if (parts.some((part) => !/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255)) return null;
  return parts.map(Number);
}

/** The 32 hexadecimal digits; "::" stands for one run of zeros. Dotted endings are not read. */
function ipv6Nibbles(text: string): number[] | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  if (groups.flat().some((group) => !/^[0-9A-Fa-f]{1,4}$/.test(group))) return null;
  const missing = 8 - groups.flat().length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const zeros = Array.from({ length: missing }, () => "0");
  const all = [...(groups[0] ?? []), ...zeros, ...(groups[1] ?? [])];
  return all.flatMap((group) => [...group.padStart(4, "0")].map((digit) => Number.parseInt(digit, 16)));
}
