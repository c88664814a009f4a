/**
 * When a container that ended may start again (kubelet `doBackOff`, client-go util/flowcontrol/backoff.go): the first
 * restart at once, then 10, 20, 40, … 300 s after the end, without jitter; an entry that is older than 10 min counts as
 * none. What comes late is the sync that looks: the pod worker's requeue.
 */
import { MINUTE, type Micros, SECOND } from "../engine/duration.js";

/** Backoff of one container; null before its first restart. */
export interface RestartBackoff {
  readonly delay: Micros;
  readonly updatedAt: Micros;
}

const INITIAL: Micros = 10 * SECOND;
const LONGEST: Micros = 300 * SECOND;
const FORGOTTEN_AFTER: Micros = 2 * LONGEST;
const RESYNC_INTERVAL: Micros = MINUTE;

/** How long after its end at `finishedAt` a container may start again. */
export function restartDelay(backoff: RestartBackoff | null, finishedAt: Micros): Micros {
  return backoff === null || hasExpired(backoff, finishedAt) ? 0 : backoff.delay;
}

/** The backoff after a restart at `now` of the container that had ended at `finishedAt`. */
export function nextRestartBackoff(backoff: RestartBackoff | null, finishedAt: Micros, now: Micros): RestartBackoff {
  if (backoff === null || hasExpired(backoff, finishedAt)) return { delay: INITIAL, updatedAt: now };
  return { delay: Math.min(2 * backoff.delay, LONGEST), updatedAt: now };
}

/**
 * When the pod worker syncs again after it found a container in backoff for another `remaining`; `u` is a uniform draw.
 * Up to 1.34 after 10 to 15 s, whatever remains; from 1.35 (PR 133066) after what remains, times 1 to 1.5.
 */
export function requeueDelay(remaining: Micros, atBackoffExpiry: boolean, u: number): Micros {
  const base = atBackoffExpiry ? Math.min(remaining, RESYNC_INTERVAL) : INITIAL;
  return Math.ceil(base * (1 + 0.5 * u));
}

function hasExpired(backoff: RestartBackoff, finishedAt: Micros): boolean {
  return finishedAt - backoff.updatedAt > FORGOTTEN_AFTER;
}
