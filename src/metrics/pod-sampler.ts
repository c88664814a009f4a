/** Rows of `pods.csv`: what each pod of a measured Service did within a time bin. One measurement an interval. */
import type { Context } from "../engine/context.js";
import type { Micros } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import type { Pod } from "../model/objects.js";
import type { PodRow } from "../model/result.js";
import type { PodLoad, PodLoads } from "../model/run-evidence.js";
import type { Topology } from "../model/topology.js";
import type { ServiceWatch } from "./service-watch.js";

export interface PodSamplerOptions {
  readonly context: Context;
  readonly topology: Topology;
  readonly watches: readonly ServiceWatch[];
  readonly loads: PodLoads;
  readonly interval: Micros;
}

export class PodSampler {
  readonly rows: PodRow[] = [];
  /** Requests that each server had accepted at the last measurement; a container that restarts is another server. */
  private readonly accepted = new WeakMap<PodLoad, number>();
  /** Of these, requests that came over a connection that was held. */
  private readonly reused = new WeakMap<PodLoad, number>();
  private stopped = false;

  constructor(private readonly options: PodSamplerOptions) {}

  start(): void {
    if (this.options.watches.length > 0) this.plan();
  }

  stop(): void {
    this.stopped = true;
  }

  /** @internal */
  measure(): void {
    const { context, interval, watches } = this.options;
    const pods = new Map(watches.flatMap(({ existing }) => [...existing]));
    const sorted = [...pods].sort(([x], [y]) => (x < y ? -1 : 1));
    for (const [key, pod] of sorted) this.measurePod(context.now - interval, key, pod);
    if (!this.stopped) this.plan();
  }

  private measurePod(t: Micros, key: string, pod: Pod): void {
    const { topology, loads } = this.options;
    const servers = loads.loadsOf(key);
    let requests = 0;
    let reused = 0;
    for (const server of servers) {
      requests += server.accepted - (this.accepted.get(server) ?? 0);
      reused += server.reused - (this.reused.get(server) ?? 0);
      this.accepted.set(server, server.accepted);
      this.reused.set(server, server.reused);
    }
    this.rows.push({
      t,
      pod: key,
      node: pod.spec.nodeName,
      zone: topology.nodes[topology.indexOf(pod.spec.nodeName)]?.zone ?? "",
      image: pod.spec.containers[0]?.image ?? "",
      ready: pod.status.ready.status,
      requests,
      connections: requests - reused,
      inFlight: servers.reduce((sum, server) => sum + server.inFlight, 0),
    });
  }

  private plan(): void {
    const { context, interval } = this.options;
    context.after(interval, Phase.measurement, measure, this as PodSampler);
  }
}

function measure(sampler: PodSampler): void {
  sampler.measure();
}
