/**
 * Which UDP conntrack entries a sync deletes, as a pure function of what the node knew before and knows after it
 * (pkg/proxy/conntrack/cleanup.go `CleanStaleEntries` since v1.32; pkg/proxy/endpoints.go `detectStaleConntrackEntries`
 * until v1.31). TCP entries are never deleted.
 */
import type { UdpConntrackMode } from "../../../model/kubernetes-version.js";

/** What a node knows of the Service port that an entry's datagrams are sent to, and of the endpoint that they go to. */
export interface DestinationView {
  /** A Service has the address and the UDP port. */
  readonly service: boolean;
  /** Endpoints of the port that serve: ready, or terminating but serving. */
  readonly serving: number;
  readonly endpoint: "serving" | "not-serving" | "absent";
}

/** What a process that has just started knows. */
export const NOTHING_KNOWN: DestinationView = { service: false, serving: 0, endpoint: "absent" };

/** Whether the sync between the two views deletes the entry. */
export function deletesEntry(mode: UdpConntrackMode, before: DestinationView, after: DestinationView): boolean {
  switch (mode) {
    case "event-based-none":
      return removesAtOnce(before, after) || (before.endpoint === "serving" && after.endpoint === "absent");
    case "event-based":
      return removesAtOnce(before, after) || (before.endpoint === "serving" && after.endpoint !== "serving");
    case "reconciler":
      return after.service && after.serving > 0 && after.endpoint !== "serving";
    case "reconciler-zero":
      return after.service && after.endpoint !== "serving";
    case "reconciler-deleted":
      return after.endpoint !== "serving";
    default:
      return mode satisfies never;
  }
}

/** Events that delete all entries of a Service port: the Service goes, or gets its first serving endpoint. */
function removesAtOnce(before: DestinationView, after: DestinationView): boolean {
  return (before.service && !after.service) || (before.serving === 0 && after.serving > 0);
}
