/**
 * How the node controller learns that kubelets live. Leases are computed, never logged: whoever owns the kubelets answers
 * when a node last renewed its own and when it will next, and says when one falls silent.
 */
import type { Micros } from "../engine/duration.js";

export interface Heartbeats {
  /** Time of the node's newest lease renewal at or before `now`; frozen at the node's crash. */
  lastRenewal(node: string, now: Micros): Micros;
  /** Time of its first renewal later than `time`, as far as is known; Infinity when there is none. */
  nextRenewal(node: string, time: Micros): Micros;
  /**
   * Calls `listener` when a node falls silent: it renews no more, or not before `nextRenewal`. That is within the event in
   * which it is decided (its crash, a cut), with that as current cause, and once more when the silence becomes longer. It
   * tells the controller nothing that it could act on earlier: it only lets it compute which of its passes matter, instead
   * of running all of them.
   */
  onSilence(listener: (node: string) => void): void;
}
