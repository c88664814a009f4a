/** A node whose session with the API server is cut for a minute, from end to end: whatever runs on it goes through that session. */
import { expect, test } from "vitest";
import { ALWAYS_UP } from "../../src/apiserver/session.js";
import { CONVERGENCE, SimulatedCluster } from "../../src/assembly/cluster.js";
import { type Micros, SECOND } from "../../src/engine/duration.js";
import { Phase } from "../../src/engine/event-queue.js";
import { NO_FACT } from "../../src/engine/facts.js";
import { Simulation } from "../../src/engine/simulation.js";
import type { KubeProxy } from "../../src/node/service-proxy/kube-proxy/kube-proxy.js";
import { ScriptedProcess } from "../node/harness.js";
import { CutSession } from "../support/cut-session.js";
import { open, shippedText } from "../support/open.js";

const CUT = { from: 20 * SECOND, until: 80 * SECOND };
const SCALED_AT = 30 * SECOND;
const END = 200 * SECOND;

test("is Unknown, and neither its kubelet nor its kube-proxy does anything about a new pod until the session is up again", () => {
  const scenario = open(shippedText("rolling-update"), { set: ["cluster.components.nodeLocalDNS.enabled=true"] });
  const simulation = new Simulation({ seed: "1", run: 0, startAt: -CONVERGENCE, maxEvents: 1e6 });
  const session = new CutSession();
  const cluster = new SimulatedCluster(simulation, scenario, ({ name }) => (name === "node-1" ? session : ALWAYS_UP));
  const powerOff = (): void => {};
  cluster.converge({ create: (environment) => new ScriptedProcess(environment, {}), powerOff });
  const unknown: [node: string, at: Micros][] = [];
  cluster.log.onCommit("Node", ({ key, object }) => {
    if (object.status.ready === "Unknown") unknown.push([key, simulation.now]);
  });
  const started = new Map<string, Micros>();
  cluster.log.onCommit("Pod", ({ object: { metadata, spec, status } }) => {
    if (metadata.creationTimestamp > 0 && status.podIP !== null && !started.has(spec.nodeName)) {
      started.set(spec.nodeName, simulation.now);
    }
  });
  const user = cluster.root.child("user");
  const cutOff = (): void => {
    session.cut({ from: CUT.from + 1, until: CUT.until });
    cluster.heartbeats.fallSilent("node-1");
  };
  const scale = (): void => {
    const { object } = cluster.log.get("Deployment", "default/web")!;
    cluster.log.commit({ ...object, spec: { ...object.spec, replicas: 12 } }, false, NO_FACT);
  };
  const act = (run: () => void): void => run();
  user.at(CUT.from, Phase.crash, act, cutOff);
  user.at(SCALED_AT, Phase.write, act, scale);
  simulation.advance(1e6, END);

  // the taint of NoExecute follows the first write
  expect(new Set(unknown.map(([node]) => node))).toEqual(new Set(["node-1"]));
  expect(unknown[0]![1]).toBeGreaterThan(CUT.from + 39.6 * SECOND);
  expect(unknown[0]![1]).toBeLessThan(CUT.from + 55.2 * SECOND);
  expect(started.get("node-1")).toBeGreaterThan(CUT.until);
  expect(started.get("node-2")).toBeLessThan(CUT.from + 20 * SECOND);
  const syncsOf = (index: number): Micros[] => {
    const proxy = cluster.nodes[index]!.dataPlane as KubeProxy;
    proxy.reader.settle(END);
    return proxy.syncs.map(({ start }) => start);
  };
  const during = (start: Micros): boolean => start > CUT.from + 2 * SECOND && start < CUT.until;
  expect(syncsOf(0).filter(during)).toEqual([]);
  expect(syncsOf(0).filter((start) => start >= CUT.until && start < CUT.until + SECOND)).not.toEqual([]);
  expect(syncsOf(1).filter(during).length).toBeGreaterThan(5);
});
