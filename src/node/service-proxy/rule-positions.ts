/** How far the rules of one node are, as positions in the two streams of changes. */
import type { Micros } from "../../engine/duration.js";

/** Positions in the Service and the EndpointSlice stream. Mutable and reused. */
export interface Cursor {
  services: number;
  slices: number;
}

export interface RulePositions {
  /** The rules in force at `time`. Times must not go back, nor lie in the future. The object is reused. */
  cursorAt(time: Micros): Readonly<Cursor>;
  /** The last answer holds before this time, whatever is committed meanwhile. */
  validUntil(): Micros;
}
