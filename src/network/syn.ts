/** When Linux sends a SYN again (net.ipv4.tcp_syn_linear_timeouts, tcp_syn_retries 6; ip-sysctl documentation). */
import { type Micros, SECOND } from "../engine/duration.js";

/** net.ipv4.tcp_syn_linear_timeouts where nobody has changed it. */
export const SYN_LINEAR_TIMEOUTS = 4;

/** Retransmissions after the linear ones before the kernel gives up. */
const DOUBLINGS = 6;

/**
 * Time of the SYN after the one that was sent at `elapsed` since the first one, or of the ETIMEDOUT that ends the
 * series; null past the end. Nominal times: timer rounding of a real kernel is left out.
 * With 4 linear timeouts: 0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67 s and the error at 131 s; with 0: 0, 1, 3, …, 63, 127 s.
 */
export function nextSyn(
  elapsed: Micros,
  linearTimeouts: number,
): { readonly at: Micros; readonly gaveUp: boolean } | null {
  let at = 0;
  let timeout = SECOND;
  for (let sent = 0; sent < linearTimeouts + DOUBLINGS + 1; sent++) {
    at += timeout;
    if (sent >= linearTimeouts) timeout *= 2;
    if (at > elapsed) return { at, gaveUp: sent === linearTimeouts + DOUBLINGS };
  }
  return null;
}
