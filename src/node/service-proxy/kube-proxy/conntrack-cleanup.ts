/**
 * The clean-up of UDP conntrack entries at the end of each sync, found out only when somebody uses an entry: the syncs
 * since its last use are looked through in order. A sync costs nothing here while no flow asks.
 */
import type { Micros } from "../../../engine/duration.js";
import type { TrackedHop } from "../../../model/flow.js";
import type { UdpConntrackMode } from "../../../model/kubernetes-version.js";
import type { EndpointSnapshot } from "../endpoint-snapshot.js";
import { frontendAddress } from "../proxied-fields.js";
import type { ProxyLog } from "../proxy-log.js";
import type { Cursor } from "../rule-positions.js";
import type { SyncHistory } from "./sync-history.js";
import { type DestinationView, deletesEntry, NOTHING_KNOWN } from "./udp-cleanup.js";

export interface ConntrackCleanupOptions {
  readonly log: ProxyLog;
  readonly mode: UdpConntrackMode;
  /** Every sync of the node. */
  readonly history: SyncHistory;
  /** Positions at time zero, before the first sync. */
  readonly initial: Readonly<Cursor>;
}

export class ConntrackCleanup {
  constructor(private readonly options: ConntrackCleanupOptions) {}

  /** Whether a sync that ended after `from` and at `to` at the latest has deleted the entry. Settle the reader before. */
  hasDeleted(entry: TrackedHop, from: Micros, to: Micros): boolean {
    const { history, mode, initial } = this.options;
    const { records } = history;
    for (let index = history.firstAfter(from); index < records.length; index++) {
      const record = records[index]!;
      if (record.end > to) return false;
      const former = history.isFirst(index) ? null : (records[index - 1] ?? initial);
      const before = former === null ? NOTHING_KNOWN : this.view(entry, former);
      if (deletesEntry(mode, before, this.view(entry, record))) return true;
    }
    return false;
  }

  private view(entry: TrackedHop, positions: Readonly<Cursor>): DestinationView {
    const address = frontendAddress(entry, entry.place);
    const found = this.options.log.frontendAt(address, entry.port, "UDP", positions.services);
    if (found === null || found.frontend === null) return NOTHING_KNOWN;
    const snapshot = found.state.service.snapshotAt(positions.slices);
    return snapshot === null ? NO_ENDPOINT : viewOf(entry, snapshot, found.frontend.name);
  }
}

const NO_ENDPOINT: DestinationView = { service: true, serving: 0, endpoint: "absent" };

/** Entries are compared by the address of the endpoint only, as kube-proxy does. */
function viewOf(entry: TrackedHop, snapshot: EndpointSnapshot, portName: string): DestinationView {
  let serving = 0;
  let endpoint: DestinationView["endpoint"] = "absent";
  for (const each of snapshot.endpoints(portName, "UDP")) {
    if (each.serving) serving++;
    if (each.address !== entry.endpoint || endpoint === "serving") continue;
    endpoint = each.serving ? "serving" : "not-serving";
  }
  return { service: true, serving, endpoint };
}
