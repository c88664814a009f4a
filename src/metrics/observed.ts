/** What observers have believed of endpoints, as rows of `endpoints.csv` and as the intervals in which they used a pod. */
import type { Micros } from "../engine/duration.js";
import type { AddressKeeper } from "../model/kept-addresses.js";
import type { Observation, ObservedEndpoint } from "../model/observation.js";
import type { EndpointRow } from "../model/result.js";
import type { UsedInterval } from "./slack.js";
import type { SliceAddresses } from "./slice-addresses.js";

/** Every difference in the observer's belief, from time zero on; its belief at time zero counts as one. */
export function endpointRows({ observer, service, beliefs }: Observation): EndpointRow[] {
  const rows: EndpointRow[] = [];
  for (const { at, endpoints } of beliefs) {
    const t = Math.max(0, at);
    for (const { before, after } of endpoints) {
      const { text, pod } = (after ?? before) as ObservedEndpoint;
      const { ready, serving, terminating } = after ?? GONE;
      rows.push({ t, observer, service, endpoint: text, pod, ready, serving, terminating });
    }
  }
  return rows;
}

const GONE = { ready: false, serving: false, terminating: false };

/** While whoever kept addresses would have sent to the pods behind them. */
export function keptIntervals({ observer, kept }: AddressKeeper, addresses: SliceAddresses): UsedInterval[] {
  return kept.intervals.flatMap(({ addresses: known, from, until }) =>
    known.flatMap((address) => {
      const pod = addresses.at(address, from);
      const open = Number.isNaN(until) || until === Number.POSITIVE_INFINITY;
      const endless = until === Number.POSITIVE_INFINITY;
      return pod === null ? [] : { observer, pod, from, until: open ? Number.POSITIVE_INFINITY : until, endless };
    }),
  );
}

/** While the observer sent to each pod. */
export function usedIntervals({ observer, beliefs }: Observation): UsedInterval[] {
  const intervals: UsedInterval[] = [];
  const since = new Map<string, Micros>();
  for (const { at, used, unused } of beliefs) {
    for (const pod of unused) {
      intervals.push({ observer, pod, from: since.get(pod) ?? at, until: at });
      since.delete(pod);
    }
    for (const pod of used) since.set(pod, at);
  }
  for (const [pod, from] of since) intervals.push({ observer, pod, from, until: Number.POSITIVE_INFINITY });
  return intervals;
}
