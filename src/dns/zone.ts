/** Zones as directives name them: lower case, without trailing dot; "" is the root and holds every name. */
import { isBelow } from "./plugins/kubernetes/name.js";

export function normaliseZone(text: string): string {
  const zone = text.toLowerCase();
  return zone.endsWith(".") ? zone.slice(0, -1) : zone;
}

export function inZone(name: string, zone: string): boolean {
  return zone === "" || isBelow(name, zone);
}

/** The longest of `zones` that holds the name; null when none does. */
export function longestZone(name: string, zones: readonly string[]): string | null {
  let longest: string | null = null;
  for (const zone of zones) {
    if (inZone(name, zone) && (longest === null || zone.length > longest.length)) longest = zone;
  }
  return longest;
}

/** `fallthrough [ZONE...]`: zones whose names go on to the next plugin. Null without the directive. */
export type Fallthrough = readonly string[] | null;

export function fallsThrough(name: string, zones: Fallthrough): boolean {
  return zones?.some((zone) => inZone(name, zone)) ?? false;
}
