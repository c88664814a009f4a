/**
 * Rows of `requests.csv`. A row is made when its request has its outcome, because the record of a request is used again; one
 * value is added at the end of the run.
 */
import type { Micros } from "../engine/duration.js";
import type { Place } from "../model/flow.js";
import type { FinishedRequest, PodTruth } from "../model/recording.js";
import type { RequestRow, Rows } from "../model/result.js";
import { ColumnTable, LazyRows, orderBy } from "./column-table.js";

/** What the rows of a traffic entry have in common. */
export interface RequestEntry {
  readonly name: string;
  /** As the user wrote it. */
  readonly target: string;
}

/** What is needed to sort a row, and to find out since when the API contradicted what the request acted on. */
interface Origin {
  /** Index of the traffic entry. */
  readonly traffic: number;
  /** The pod that was meant, and the commit of the write that it was known by; NaN where nobody asks. */
  readonly meantPod: string;
  readonly committedAt: Micros;
}

/** The rows that a run keeps. */
export class RequestRows {
  private readonly rows = new ColumnTable<RequestRow>();
  private readonly origins = new ColumnTable<Origin>();

  get length(): number {
    return this.rows.length;
  }

  add(request: FinishedRequest, entry: RequestEntry): void {
    const { basis, outcome, traffic } = request;
    this.rows.add(requestRow(request, entry));
    const committedAt = basis === null || outcome === "ok" ? Number.NaN : basis.committedAt;
    this.origins.add({ traffic, meantPod: meantPodOf(request), committedAt });
  }

  /** In the order of arrival, then of traffic entries. `truth`: what the API has said by the end of the run. */
  read(truth: PodTruth): Rows<RequestRow> {
    const { rows, origins } = this;
    const order = orderBy(rows.length, rows.numbers("t"), origins.numbers("traffic"), rows.numbers("id"));
    return new LazyRows(order, (index) => {
      const { meantPod, committedAt } = origins.at(index);
      const supersededAt = Number.isNaN(committedAt) ? Number.NaN : truth.contradictedAt(meantPod, committedAt);
      return { ...rows.at(index), supersededAt };
    });
  }
}

/** All of a row but `supersededAt`. */
function requestRow(request: FinishedRequest, entry: RequestEntry): RequestRow {
  const { client, host, basis, arrivedAt, connectAt, finishedAt, outcome, cause } = request;
  const meantPod = meantPodOf(request);
  const served = outcome === "ok" || outcome === "wrong-pod";
  // these fail behind a connection that was made
  const connected = served || outcome === "request-timeout" || (outcome === "reset" && cause !== "client-crashed");
  return {
    id: request.id,
    // what ended before its first attempt would have had that one
    attempt: Math.max(1, request.attempts),
    t: arrivedAt,
    traffic: entry.name,
    clientPod: client?.pod ?? "",
    clientNode: nodeName(client?.place),
    clientZone: client?.place.zone ?? "",
    target: entry.target,
    resolvedAddress: request.resolvedAddress,
    endpointAddress: request.endpoint,
    endpointPod: outcome === "wrong-pod" ? (host?.pod ?? "") : meantPod,
    endpointNode: nodeName(host?.place),
    endpointZone: host?.place.zone ?? "",
    outcome,
    cause,
    latency: finishedAt - arrivedAt,
    dns: request.resolvedAt - arrivedAt,
    connect: request.reused ? 0 : connected ? 2 * request.oneWay : Math.max(0, finishedAt - connectAt),
    server: served ? request.serviceTime : Number.NaN,
    rulesSyncedAt: basis === null ? Number.NaN : fromZero(basis.syncedAt),
    supersededAt: Number.NaN,
    dnsAnsweredAt: request.dnsAnsweredAt,
    causeFact: request.causeFact,
    basisFact: basis?.fact ?? request.dnsFact,
  };
}

/** The pod that the rules chose; without rules, whoever held the address. */
export function meantPodOf({ believedPod, host }: FinishedRequest): string {
  return believedPod || (host?.pod ?? "");
}

/** A place outside the cluster is no node. */
function nodeName(place: Place | undefined): string {
  return place === undefined || place.zone === null ? "" : place.name;
}

/** What was so before time zero was so at time zero. */
function fromZero(time: Micros): Micros {
  return time < 0 ? 0 : time;
}
