/** Requests that have their outcome, in one place: a new field of theirs is added here. */
import type { ClientView, FinishedRequest } from "../../src/model/recording.js";
import { ZonePlace } from "../../src/network/place.js";

/** A place in zone a, or in another one. */
export function buildPlace(name: string, zone = "a"): ZonePlace {
  return new ZonePlace(name, zone, { sameNode: 20, sameZone: 50, crossZone: 500 });
}

/** A client pod on node-1, or on another place. */
export function buildClient(change: Partial<ClientView> = {}): ClientView {
  return { pod: "default/client", place: buildPlace("node-1"), address: 3, ...change };
}

/** A request that arrived at `id` × 100 ms, or at `arrivedAt`, and was answered a millisecond later. */
export function buildRequest(id: number, change: Partial<FinishedRequest> = {}): FinishedRequest {
  const arrivedAt = change.arrivedAt ?? id * 100_000;
  return {
    id,
    traffic: 0,
    client: buildClient(),
    arrivedAt,
    resolvedAt: arrivedAt,
    connectAt: arrivedAt,
    lookup: null,
    attempts: 1,
    reused: false,
    resolvedAddress: 1,
    endpoint: 2,
    believedPod: "default/web",
    host: null,
    basis: null,
    oneWay: 50,
    serviceTime: 10,
    finishedAt: arrivedAt + 1000,
    outcome: "ok",
    cause: "",
    causeFact: -1,
    dnsFact: -1,
    dnsAnsweredAt: Number.NaN,
    dnsQuestions: 2,
    dnsFailures: 0,
    ...change,
  };
}
