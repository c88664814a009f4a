/**
 * What becomes of a TCP client's SYN, given the verdict on it: the one client of the simulation, for requests, for a DNS
 * server that asks another one, for whoever checks a port. It knows no clock: all times count from the first SYN.
 *
 * An answer to a SYN that left in time counts whenever it comes: paths are far shorter than any time-out.
 */
import type { Micros } from "../engine/duration.js";
import { Action, type Verdict } from "../model/verdict.js";
import { nextSyn } from "./syn.js";

export type DialOutcome =
  /** The SYN was accepted; the client knows at `at` and may send. */
  | "connected"
  /** A reset, or ICMP port unreachable, comes back at `at`. */
  | "refused"
  /** ICMP host unreachable comes back at `at`. */
  | "unreachable"
  /** The client, or its kernel, gives up at `at`. */
  | "timed-out"
  /** Nobody answers: the kernel sends the SYN again at `at`, and its verdict decides. */
  | "again";

/** Filled in by `nextDialStep`; keep one per client and reuse it. */
export interface DialStep {
  outcome: DialOutcome;
  /** Since the first SYN. */
  at: Micros;
}

export interface DialLimits {
  /** The client gives up so long after the first SYN. */
  readonly timeout: Micros;
  /** net.ipv4.tcp_syn_linear_timeouts of the client's node. */
  readonly synLinearTimeouts: number;
}

/** What follows from the verdict on the SYN that was sent `elapsed` after the first one (which has 0). */
export function nextDialStep(
  verdict: Pick<Verdict, "action" | "oneWay" | "unreachableAfter">,
  elapsed: Micros,
  limits: DialLimits,
  step: DialStep,
): void {
  switch (verdict.action) {
    case Action.deliver:
      step.outcome = "connected";
      step.at = elapsed + 2 * verdict.oneWay;
      return;
    case Action.refuse:
      step.outcome = "refused";
      step.at = elapsed + 2 * verdict.oneWay;
      return;
    case Action.unreachable:
      planWithin(limits, elapsed + verdict.unreachableAfter, "unreachable", step);
      return;
    case Action.blackHole:
    case Action.unknown: {
      const next = nextSyn(elapsed, limits.synLinearTimeouts);
      const at = next?.at ?? Number.POSITIVE_INFINITY;
      planWithin(limits, at, next?.gaveUp === true ? "timed-out" : "again", step);
      return;
    }
    default:
      verdict.action satisfies never;
  }
}

/** What happens at `at`, unless the client has given up by then. */
function planWithin({ timeout }: DialLimits, at: Micros, outcome: DialOutcome, step: DialStep): void {
  step.outcome = at < timeout ? outcome : "timed-out";
  step.at = Math.min(at, timeout);
}
