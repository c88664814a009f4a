/** Zones: lower case, without trailing dot; "" is the root and holds every name. */

export function normaliseZone(text: string): string {
  const zone = text.toLowerCase();
  return zone.endsWith(".") ? zone.slice(0, -1) : zone;
}

/** Whether `name` is `domain` or ends in it, label by label. Everything is below the root "". */
export function isBelow(name: string, domain: string): boolean {
  if (domain === "") return true;
  if (!name.endsWith(domain)) return false;
  return name.length === domain.length || name.charAt(name.length - domain.length - 1) === ".";
}

/** Whether `name` is below one of the zones. */
export function isInZones(name: string, zones: readonly string[]): boolean {
  for (const zone of zones) if (isBelow(name, zone)) return true;
  return false;
}

/** The longest of `zones` that holds the name; null when none does. */
export function longestZone(name: string, zones: readonly string[]): string | null {
  let longest: string | null = null;
  for (const zone of zones) {
    if (isBelow(name, zone) && (longest === null || zone.length > longest.length)) longest = zone;
  }
  return longest;
}
