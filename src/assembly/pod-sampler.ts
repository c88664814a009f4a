/** Rows of `pods.csv`: what each pod of a target did within a time bin. One measurement an interval. */
import type { Micros } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import type { PodRow } from "../model/result.js";
import type { SimulatedCluster } from "./cluster.js";
import type { TargetWatch } from "./target-watch.js";

export class PodSampler {
  readonly rows: PodRow[] = [];
  private readonly watches: readonly TargetWatch[];
  /** Connections accepted by each pod until the last measurement. */
  private readonly accepted = new Map<string, number>();
  private readonly reused = new Map<string, number>();
  private stopped = false;

  constructor(
    private readonly cluster: SimulatedCluster,
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
    const { log, topology, applications } = this.cluster;
    const pod = log.get("Pod", key)?.object;
    if (pod === undefined) return;
    const servers = applications.running.get(key) ?? [];
    const requests = this.since(
      this.accepted,
      key,
      servers.map(({ accepted }) => accepted),
    );
    const reused = this.since(
      this.reused,
      key,
      servers.map((server) => server.reused),
    );
    this.rows.push({
      t,
      pod: key,
      node: pod.spec.nodeName,
      zone: topology.nodes[topology.indexOf(pod.spec.nodeName)]?.zone ?? "",
      image: pod.spec.containers[0]?.image ?? "",
      ready: pod.status.ready.status,
      requests,
      connections: requests - reused,
      inFlight: servers.reduce((sum, server) => sum + server.inFlight.length, 0),
    });
  }

  /** How much the sum of a pod's counters has grown since the last bin. */
  private since(last: Map<string, number>, key: string, counters: readonly number[]): number {
    const total = counters.reduce((sum, counter) => sum + counter, 0);
    // a container that was restarted counts from zero again
    const before = Math.min(total, last.get(key) ?? 0);
    last.set(key, total);
    return total - before;
  }

  private plan(): void {
    this.cluster.root.after(this.interval, Phase.measurement, measure, this as PodSampler);
  }
}

function measure(sampler: PodSampler): void {
  sampler.measure();
}
