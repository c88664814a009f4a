/** Names of zones as a Corefile has them: "Example.org.", ".", "10.0.0.0/24". */
import { reverseZones } from "./reverse-zone.js";

const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;

const APART = "braces stand apart, with a space on both sides";
const HINTS: ReadonlyMap<string, string> = new Map([
  ["{", APART],
  ["}", APART],
  [",", "a space goes after a comma between keys"],
]);

export type ZoneNames =
  | { readonly ok: true; readonly zones: readonly string[] }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/**
 * The zones that a text means, lower case and without trailing dot ("" is the root): one, or those of a range of addresses.
 * Stricter than CoreDNS, which takes "10.0.0.0/33", "a/b" and "x{y" for names that nobody ever asks for.
 */
export function parseZoneNames(text: string): ZoneNames {
  if (text.includes("/")) {
    const zones = reverseZones(text);
    if (zones !== null) return { ok: true, zones };
    return { ok: false, message: `${shown(text)} is no range of addresses`, hint: "for instance 10.0.0.0/16" };
  }
  if (text === ".") return { ok: true, zones: [""] };
  const zone = (text.endsWith(".") ? text.slice(0, -1) : text).toLowerCase();
  if (zone.length > LONGEST_NAME || zone.split(".").some((label) => label === "" || label.length > LONGEST_LABEL)) {
    return { ok: false, message: `${shown(text)} is no domain name`, hint: 'the root zone is written "."' };
  }
  const wrong = /[\s{}()"',:;\\]/.exec(zone);
  if (wrong === null) return { ok: true, zones: [zone] };
  const hint = HINTS.get(wrong[0]) ?? "";
  return {
    ok: false,
    message: `${shown(text)} is no domain name: ${JSON.stringify(wrong[0])} cannot stand in it`,
    hint,
  };
}

/** Text of the Corefile in quotes, cut short when it is long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
