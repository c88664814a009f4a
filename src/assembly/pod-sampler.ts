/** Rows of `pods.csv`: what each pod of a target did within a time bin. One measurement an interval. */
import type { Micros } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import type { PodRow } from "../model/result.js";
import type { WebServer } from "../traffic/web-server.js";
import type { Applications } from "./applications.js";
import type { SimulatedCluster } from "./cluster.js";
import type { TargetWatch } from "./target-watch.js";

export class PodSampler {
  readonly rows: PodRow[] = [];
  private readonly watches: readonly TargetWatch[];
  /** Connections that each server had accepted at the last measurement; a container that restarts is another server. */
  private readonly accepted = new WeakMap<WebServer, number>();
  /** Of these, requests that came over a connection that was held. */
  private readonly reused = new WeakMap<WebServer, number>();
  private stopped = false;

  constructor(
    private readonly cluster: SimulatedCluster,
    private readonly applications: Applications,
    watches: readonly (TargetWatch | null)[],
    private readonly interval: Micros,
  ) {
    this.watches = [...new Set(watches.filter((watch): watch is TargetWatch => watch !== null))];
  }

  start(): void {
    if (this.watches.length > 0) this.plan();
  }

  stop(): void {
    this.stopped = true;
  }

  /** @internal */
  measure(): void {
    const t = this.cluster.simulation.now - this.interval;
    const keys = [...new Set(this.watches.flatMap((watch) => watch.podKeys))].sort((x, y) => (x < y ? -1 : 1));
    for (const key of keys) this.measurePod(t, key);
    if (!this.stopped) this.plan();
  }

  private measurePod(t: Micros, key: string): void {
    const { log, topology } = this.cluster;
    const pod = log.get("Pod", key)?.object;
    if (pod === undefined) return;
    const servers = (this.applications.running.get(key) ?? []).map(({ server }) => server);
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
    this.cluster.root.after(this.interval, Phase.measurement, measure, this as PodSampler);
  }
}

function measure(sampler: PodSampler): void {
  sampler.measure();
}
