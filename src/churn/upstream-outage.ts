/** The DNS servers outside the cluster fall silent, for a time or for ever. */
import * as z from "zod";
import { Phase } from "../engine/event-queue.js";
import type { Cluster, Component } from "../model/cluster.js";
import { durationText } from "../model/duration-schema.js";
import { FactKind } from "../model/trace.js";
import { churnAction } from "./action.js";
import { upstream } from "./targets/upstream.js";

export const upstreamOutage = churnAction({
  name: "upstream-outage",
  summary: "Silences the DNS servers outside the cluster: no question to them is answered.",
  target: upstream,
  phase: Phase.crash,
  parameters: z.strictObject({
    for: durationText.optional().describe("How long; for ever by default."),
  }),
  start(cluster, _firing, { for: duration }) {
    const until = duration === undefined ? undefined : cluster.context.now + duration;
    const servers = cluster.components.find({ component: "upstream-dns" });
    if (servers?.stop("kill", until) !== true || until === undefined) return;
    cluster.context.at(until, Phase.crash, end, { cluster, servers });
  },
});

interface Outage {
  readonly cluster: Cluster;
  readonly servers: Component;
}

function end({ cluster, servers }: Outage): void {
  cluster.context.because(cluster.context.record(FactKind.churn, "upstream-outage", "has ended"));
  servers.start();
}
