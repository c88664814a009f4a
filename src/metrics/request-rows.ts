/** Rows of `requests.csv` from the requests that were sampled. */
import type { Micros } from "../engine/duration.js";
import type { Place } from "../model/flow.js";
import type { FinishedRequest, PodTruth } from "../model/recording.js";
import type { RequestRow } from "../model/result.js";
import type { TrafficEntry } from "../model/scenario.js";

/** In the order of arrival, then of traffic entries. */
export function requestRows(
  requests: readonly FinishedRequest[],
  traffic: readonly TrafficEntry[],
  truth: PodTruth,
): RequestRow[] {
  const sampled = [...requests].sort((x, y) => x.arrivedAt - y.arrivedAt || x.traffic - y.traffic || x.id - y.id);
  return sampled.map((request) => requestRow(request, traffic[request.traffic], truth));
}

function requestRow(request: FinishedRequest, entry: TrafficEntry | undefined, truth: PodTruth): RequestRow {
  const { client, host, basis, arrivedAt, connectAt, finishedAt, outcome, cause } = request;
  const meant = request.believedPod || (host?.pod ?? "");
  const served = outcome === "ok" || outcome === "wrong-pod";
  // these fail behind a connection that was made
  const connected = served || outcome === "request-timeout" || (outcome === "reset" && cause !== "client-crashed");
  return {
    id: request.id,
    attempt: 1,
    t: arrivedAt,
    traffic: entry?.name ?? "",
    clientPod: client?.pod ?? "",
    clientNode: nodeName(client?.place),
    clientZone: client?.place.zone ?? "",
    target: entry?.to.text ?? "",
    resolvedAddress: request.resolvedAddress,
    endpointAddress: request.endpoint,
    endpointPod: outcome === "wrong-pod" ? (host?.pod ?? "") : meant,
    endpointNode: nodeName(host?.place),
    endpointZone: host?.place.zone ?? "",
    outcome,
    cause,
    latency: finishedAt - arrivedAt,
    dns: request.resolvedAt - arrivedAt,
    connect: request.reused ? 0 : connected ? 2 * request.oneWay : Math.max(0, finishedAt - connectAt),
    server: served ? request.serviceTime : Number.NaN,
    rulesSyncedAt: basis === null ? Number.NaN : fromZero(basis.syncedAt),
    supersededAt: basis === null || outcome === "ok" ? Number.NaN : truth.contradictedAt(meant, basis.committedAt),
    dnsAnsweredAt: request.dnsAnsweredAt,
    causeFact: request.causeFact,
    basisFact: basis?.fact ?? request.dnsFact,
  };
}

/** A place outside the cluster is no node. */
function nodeName(place: Place | undefined): string {
  return place === undefined || place.zone === null ? "" : place.name;
}

/** What was so before time zero was so at time zero. */
function fromZero(time: Micros): Micros {
  return time < 0 ? 0 : time;
}
