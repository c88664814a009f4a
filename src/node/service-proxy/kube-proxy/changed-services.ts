/** What a sync has to write anew: each Service that changed since the last sync counts once, however often it changed. */
import type { ProxyLog } from "../proxy-log.js";
import type { SyncLoad } from "./modes/mode.js";

/** Positions up to which the last sync had come. */
interface From {
  readonly services: number;
  readonly slices: number;
}

/** Sets `load.changedServices` and `load.changedEndpoints` for the changes between `from` and the given positions. */
export function addChanges(load: SyncLoad, log: ProxyLog, from: From, toServices: number, toSlices: number): void {
  const { ports, endpoints, former } = log.slices;
  let changedPorts = 0;
  let changedEndpoints = 0;
  for (let index = from.slices; index < toSlices; index++) {
    changedPorts += ports[index]!;
    changedEndpoints += endpoints[index]!;
    const before = former[index]!;
    if (before < from.slices) continue;
    changedPorts -= ports[before]!;
    changedEndpoints -= endpoints[before]!;
  }
  for (let index = from.services; index < toServices; index++) {
    const service = log.services.service[index] ?? null;
    if (service === null) continue;
    const snapshot = service.snapshotAt(toSlices);
    const before = log.services.former[index]!;
    const again = before >= from.services;
    // its endpoints have changed as well: it is counted above
    if (snapshot !== null && snapshot.position > from.slices) continue;
    changedPorts += log.services.ports[index]! - (again ? log.services.ports[before]! : 0);
    if (!again) changedEndpoints += snapshot?.size ?? 0;
  }
  load.changedServices = changedPorts;
  load.changedEndpoints = changedEndpoints;
}
