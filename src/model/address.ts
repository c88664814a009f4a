/** IPv4 addresses as unsigned 32-bit integers, and ranges of them. */

/** An IPv4 address as an unsigned integer: 10.0.0.1 is 167772161. */
export type Address = number;

export interface AddressRange {
  /** Network address. */
  readonly first: Address;
  /** Number of addresses, network and broadcast address included. */
  readonly size: number;
  /** Text as given, for instance "10.244.0.0/16". */
  readonly text: string;
}

/** Parses dotted-quad text; null when it is no IPv4 address (leading zeros are refused, as in Go). */
export function parseAddress(text: string): Address | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  let address = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    address = address * 256 + Number(part);
  }
  return address;
}

export function formatAddress(address: Address): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** Parses `a.b.c.d/n`; null when malformed or when host bits are set. */
export function parseRange(text: string): AddressRange | null {
  const match = /^([\d.]+)\/(\d{1,2})$/.exec(text);
  if (match === null) return null;
  const first = parseAddress(match[1] ?? "");
  const prefix = Number(match[2]);
  if (first === null || prefix > 32) return null;
  const size = 4294967296 / powerOfTwo(prefix);
  return first % size === 0 ? { first, size, text } : null;
}

export function contains(range: AddressRange, address: Address): boolean {
  return address >= range.first && address < range.first + range.size;
}

export function overlaps(x: AddressRange, y: AddressRange): boolean {
  return x.first < y.first + y.size && y.first < x.first + x.size;
}

function powerOfTwo(exponent: number): number {
  let power = 1;
  for (let i = 0; i < exponent; i++) power *= 2;
  return power;
}
