/**
 * Which server block answers a question (core/dnsserver/server.go, CoreDNS 1.14.7): of those that listen on the port the one
 * with the longest zone that the name is below, label by label; the root block last. Only that block's chain runs.
 */

import { isBelow } from "../zone.js";
import type { ConfiguredServer } from "./configure.js";

/** What serves one zone. */
export interface ZoneServer<T> {
  readonly zone: string;
  readonly server: T;
}

/** Servers of each port, the longest zones first. Keys of schemes other than dns have no server: nobody asks them. */
export function serversByPort<T>(
  servers: readonly ConfiguredServer[],
  make: (server: ConfiguredServer) => T,
): ReadonlyMap<number, readonly ZoneServer<T>[]> {
  const ports = new Map<number, ZoneServer<T>[]>();
  for (const configured of servers) {
    const server = make(configured);
    for (const { scheme, zone, port } of configured.keys) {
      if (scheme !== "dns") continue;
      const listening = ports.get(port) ?? [];
      listening.push({ zone, server });
      ports.set(port, listening);
    }
  }
  for (const listening of ports.values()) listening.sort((x, y) => y.zone.length - x.zone.length);
  return ports;
}

/** Null: no block is responsible, the answer is REFUSED. */
export function selectServer<T>(servers: readonly ZoneServer<T>[], name: string): T | null {
  for (const { zone, server } of servers) if (isBelow(name, zone)) return server;
  return null;
}
