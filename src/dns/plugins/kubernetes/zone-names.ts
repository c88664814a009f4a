/** Names that the kubernetes plugin was asked for, each parsed once. */

import { longestZone } from "../../zone.js";
import { type ParsedName, parseName } from "./name.js";

/** A name, and the zone of the plugin that it is below. */
export interface ZoneName {
  readonly zone: string;
  readonly parsed: ParsedName;
}

export class ZoneNames {
  private readonly known = new Map<string, ZoneName | null>();

  constructor(private readonly zones: readonly string[]) {}

  /** Null when the name is in none of the zones. */
  of(name: string): ZoneName | null {
    let found = this.known.get(name);
    if (found === undefined) {
      const zone = longestZone(name, this.zones);
      found = zone === null ? null : { zone, parsed: parseName(name, zone) };
      this.known.set(name, found);
    }
    return found;
  }
}
