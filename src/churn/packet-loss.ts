/** A lossy network: packets of some nodes are lost with a probability, for a time or for ever. */
import * as z from "zod";
import { Phase } from "../engine/event-queue.js";
import type { Cluster } from "../model/cluster.js";
import { durationText } from "../model/duration-schema.js";
import type { Place } from "../model/flow.js";
import type { Topology } from "../model/topology.js";
import { FactKind } from "../model/trace.js";
import type { PathRule } from "../model/verdict.js";
import { PacketLoss } from "../network/packet-loss.js";
import { churnAction } from "./action.js";
import { nodes } from "./targets/nodes.js";

const DIRECTIONS = ["both", "from", "to"] as const;

export const packetLoss = churnAction({
  name: "packet-loss",
  summary: "Loses a share of the datagrams and connection attempts of the selected nodes.",
  target: nodes,
  phase: Phase.crash,
  parameters: z.strictObject({
    percent: z.number().min(0).max(100).describe("Share of the packets that is lost, in percent, in each direction."),
    for: durationText.optional().describe("How long; for ever by default."),
    direction: z
      .enum(DIRECTIONS, { error: () => `the direction is one of ${DIRECTIONS.join(", ")}` })
      .optional()
      .meta({ whenLeftOut: "both" })
      .describe("Whether packets that leave the nodes, go to them, or both are lost. Default both."),
    protocol: z.enum(["TCP", "UDP"]).optional().describe("Only packets of this protocol."),
    port: z.int().min(1).max(65_535).optional().describe("Only packets to and from this port of a server."),
    peers: z
      .strictObject({
        name: z.string().min(1).optional().describe("The node of this name."),
        zone: z.string().min(1).optional().describe("Nodes of this zone."),
      })
      .optional()
      .describe("Only packets whose other end is on such a node; any other end by default."),
  }),
  start(cluster, { fact, keys }, { percent, direction = "both", protocol, port, peers, for: duration }) {
    const { context, network } = cluster;
    const { nodes: places } = network.topology;
    const nodes = new Set<Place>(places.filter(({ name }) => keys.includes(name)));
    const others = peers === undefined ? null : peersOf(network.topology, peers);
    const leaving = { from: nodes, to: others };
    const coming = { from: others, to: nodes };
    const rule = new PacketLoss({
      probability: percent / 100,
      protocol: protocol ?? null,
      port: port ?? null,
      paths: direction === "both" ? [leaving, coming] : [direction === "from" ? leaving : coming],
      fact,
      keys: {
        sender: context.key(`packet loss ${fact} sender`),
        instant: context.key(`packet loss ${fact} instant`),
        request: context.key(`packet loss ${fact} request`),
        reply: context.key(`packet loss ${fact} reply`),
      },
    });
    network.addRule(rule);
    if (duration !== undefined) context.after(duration, Phase.crash, end, { cluster, rule });
  },
});

interface Losing {
  readonly cluster: Cluster;
  readonly rule: PathRule;
}

function end({ cluster, rule }: Losing): void {
  cluster.context.because(cluster.context.record(FactKind.churn, "packet-loss", "has ended"));
  cluster.network.removeRule(rule);
}

function peersOf(
  { nodes }: Topology,
  peers: { readonly name?: string | undefined; readonly zone?: string | undefined },
): ReadonlySet<Place> {
  const found = nodes.filter(
    ({ name, zone }) =>
      (peers.name === undefined || peers.name === name) && (peers.zone === undefined || peers.zone === zone),
  );
  return new Set(found);
}
