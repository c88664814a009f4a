/**
 * A data plane for tests that is not kube-proxy: it rewrites the destination in the client's own socket, so that nothing
 * is tracked, has no syncs, and applies each change at the instant of its commit while its process runs.
 */
import type { Micros } from "../../../src/engine/duration.js";
import { contains } from "../../../src/model/address.js";
import { type Flow, type Hop, HopAction, type Translator } from "../../../src/model/flow.js";
import type { Observation, Observer } from "../../../src/model/observation.js";
import type { ServiceDataPlane } from "../../../src/node/service-proxy/data-plane.js";
import { UNIFORM_CHOICE } from "../../../src/node/service-proxy/endpoint-choice.js";
import type { ProxyLog } from "../../../src/node/service-proxy/proxy-log.js";
import type { Cursor, RulePositions } from "../../../src/node/service-proxy/rule-positions.js";
import { ServiceTable } from "../../../src/node/service-proxy/service-table.js";
import type { ClientPlace } from "../../../src/node/service-proxy/traffic-policy.js";
import { SERVICE_RANGE } from "./cluster.js";

export class SocketBalancer implements ServiceDataPlane, RulePositions, Translator {
  readonly component = "socket-balancer";
  readonly observer: Observer;
  readonly rules: Translator = this;
  running = true;
  private readonly table: ServiceTable;
  private cursor: Cursor = { services: 0, slices: 0 };
  private asked: Micros = Number.NEGATIVE_INFINITY;

  private readonly place: ClientPlace;

  constructor(
    node: string,
    private readonly log: ProxyLog,
  ) {
    this.observer = { kind: "node", name: node };
    this.place = { name: node, zone: null };
    this.table = new ServiceTable({
      log,
      positions: this,
      times: { syncedAt: (state, snapshot) => (snapshot ?? state).write.time },
      place: this.place,
      choice: () => UNIFORM_CHOICE,
    });
  }

  crash(now: Micros): void {
    this.cursorAt(now);
    this.running = false;
  }

  start(): void {
    this.running = true;
  }

  cursorAt(time: Micros): Readonly<Cursor> {
    const { services, slices } = this.log;
    this.asked = time;
    if (this.running) this.cursor = { services: services.countBefore(time + 1), slices: slices.countBefore(time + 1) };
    return this.cursor;
  }

  /** Of an entry of its table; nothing is remembered of flows. */
  validUntil(): Micros {
    return this.asked + 1;
  }

  route(flow: Flow, _leg: number, now: Micros, hop: Hop): void {
    if (!contains(SERVICE_RANGE, flow.destination)) return;
    const entry = this.table.entryFor(flow, now);
    hop.basis = entry.basis;
    hop.rule = this.component;
    hop.action = entry.usable.length === 0 ? HopAction.drop : HopAction.translate;
    if (entry.usable.length === 0) return;
    const endpoint = entry.choice.choose(entry, flow, now);
    hop.endpoint = endpoint.address;
    hop.endpointPort = endpoint.port;
    hop.believedPod = endpoint.pod;
  }

  committed(): void {
    // the socket knows its peer
  }

  established(): "keep" {
    return "keep";
  }

  observation(serviceKey: string): Observation | null {
    const service = this.log.service(serviceKey);
    if (service === null) return null;
    const applied = service.snapshots.map((snapshot) => ({ at: snapshot.committedAt, snapshot }));
    const { observed } = service;
    return {
      observer: this.observer,
      service: serviceKey,
      beliefs: observed.beliefs(applied, this.place),
      changes: observed.changes(applied),
    };
  }
}
