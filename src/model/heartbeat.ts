/**
 * How the node controller learns that kubelets live. Leases are computed, never logged: whoever owns the kubelets answers
 * when a node last renewed its own, and says when one has stopped for good.
 */
import type { Micros } from "../engine/duration.js";

export interface Heartbeats {
  /** Time of the node's newest lease renewal at or before `now`; frozen at the node's crash. */
  lastRenewal(node: string, now: Micros): Micros;
  /**
   * Calls `listener` when a node stops renewing for good, within the event of its crash and with the crash as current
   * cause. It tells the controller nothing that it could act on earlier: it only lets it compute which of its passes
   * matters, instead of running all of them.
   */
  onSilence(listener: (node: string) => void): void;
}
