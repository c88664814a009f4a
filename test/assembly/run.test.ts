import { describe, expect, test } from "vitest";
import { ScenarioRun } from "../../src/assembly/run.js";
import { SECOND } from "../../src/engine/duration.js";
import { EventLimitError } from "../../src/engine/simulation.js";
import { contains } from "../../src/model/address.js";
import { formatObserver } from "../../src/model/observation.js";
import { open, run, shippedText } from "../support/open.js";

const ROLLOUT = shippedText("rolling-update");

describe("a cluster at time zero", () => {
  const started = new ScenarioRun(open(ROLLOUT), 0);
  const { cluster, simulation } = started;
  const pods = cluster.log.list("Pod").map(({ object }) => object);

  test("has converged: all pods are Ready, and their endpoints too", () => {
    expect(simulation.now).toBe(0);
    // five of web, two of CoreDNS, a client on each of three nodes
    expect(pods).toHaveLength(10);
    expect(pods.every(({ status }) => status.ready.status && status.phase === "Running")).toBe(true);
    const slice = cluster.log.list("EndpointSlice").find(({ key }) => key.startsWith("default/web-"));
    expect(slice?.object.endpoints.map(({ ready }) => ready)).toEqual(Array.from({ length: 5 }, () => true));
    expect(cluster.log.list("Deployment").map(({ object }) => object.status.available)).toEqual([5, 2]);
  });

  test("has nothing left to do but churn", () => {
    const idle = new ScenarioRun(open(ROLLOUT.replace(/ {2}churn:\n.*\n/, "")), 0);
    expect(idle.simulation.pendingControl).toBe(0);
    expect(simulation.pendingControl).toBe(1);
  });

  test("has addresses of pods, Services and nodes in ranges of their own", () => {
    const { podRange, serviceRange, nodeRange } = started.scenario.cluster;
    for (const { status } of pods) expect(contains(podRange, status.podIP ?? 0)).toBe(true);
    for (const { object } of cluster.log.list("Service")) {
      expect(contains(serviceRange, object.spec.clusterIP as number)).toBe(true);
    }
    for (const { address } of cluster.topology.nodes) expect(contains(nodeRange, address)).toBe(true);
    expect(new Set(pods.map(({ status }) => status.podIP)).size).toBe(pods.length);
  });

  test("is told as one initial fact of each object", () => {
    const { facts } = simulation;
    const subjects = Array.from({ length: facts.length }, (_, fact) => facts.subjectOf(fact));
    expect(new Set(subjects).size).toBe(facts.length);
    expect(Array.from({ length: facts.length }, (_, fact) => facts.kindOf(fact)).every((kind) => kind === 0)).toBe(
      true,
    );
    for (const { fact, object } of cluster.log.list("Pod")) {
      expect(facts.subjectOf(fact)).toBe(
        `Pod/default/${object.metadata.name}`.replace(/default\/coredns/, "kube-system/coredns"),
      );
    }
  });
});

describe("a run", () => {
  test("without a duration ends half a minute after the cluster has settled", () => {
    const started = new ScenarioRun(open(ROLLOUT, { set: ["sampling.requests=none"] }), 0);
    while (started.advance(50_000));
    const { duration, endedAt, events, rollouts } = started.finish();
    const last = events.at(-1)?.t ?? Number.NaN;
    expect(rollouts[0]?.duration).toBeGreaterThan(0);
    // it is looked at once a second whether anything is left to happen
    expect(duration).toBeGreaterThanOrEqual(last + 30 * SECOND);
    expect(duration % SECOND).toBe(0);
    expect(endedAt).toBeGreaterThanOrEqual(duration);
  });

  test("with a duration stops its arrivals there and waits for every outcome", () => {
    const record = run(open(ROLLOUT, { set: ["duration=2s", "sampling.requests=all"] }));
    expect(record.duration).toBe(2 * SECOND);
    expect(record.endedAt).toBeGreaterThanOrEqual(2 * SECOND);
    expect(record.requests.every(({ t }) => t < 2 * SECOND)).toBe(true);
    expect(Math.max(...record.requests.map(({ t, latency }) => t + latency))).toBe(record.endedAt);
    expect(record.timeline.map(({ t }) => t)).toEqual([0, SECOND]);
  });

  test("gives its rows only when it has ended, the same ones each time", () => {
    const started = new ScenarioRun(open(ROLLOUT, { set: ["duration=1s"] }), 0);
    expect(() => started.finish()).toThrow("the run has not ended yet");
    expect(started.advance(10)).toBe(true);
    while (started.advance(1000));
    expect(started.advance(1)).toBe(false);
    expect(started.finish()).toBe(started.finish());
  });

  test("stops at its limit of events", () => {
    const started = new ScenarioRun({ ...open(ROLLOUT), maxEvents: 5000 }, 0);
    expect(() => started.advance(1e9)).toThrow(EventLimitError);
  });

  test("reports what hosts of clients observe, or all nodes when asked to", () => {
    const text = `${ROLLOUT.replace("{to: web, rps: 500}", "{to: web, rps: 50, from: {pods: {matchLabels: {app: client}}}}")}---
apiVersion: apps/v1
kind: Deployment
metadata: {name: client}
spec:
  replicas: 1
  selector: {matchLabels: {app: client}}
  template:
    metadata: {labels: {app: client}}
    spec: {containers: [{name: client, image: client}]}
`;
    const scenario = open(text, { set: ["duration=15s"] });
    const observers = (all: boolean): Set<string> =>
      new Set(run({ ...scenario, observeAll: all }).terminations.map(({ observer }) => formatObserver(observer)));
    expect(observers(false).size).toBe(1);
    expect([...observers(true)].sort((x, y) => (x < y ? -1 : 1))).toEqual([
      "node/node-1",
      "node/node-2",
      "node/node-3",
    ]);
  });

  test("takes pods.csv from the servers: accepted connections add up to the requests that reached them", () => {
    const record = run(open(ROLLOUT, { set: ["duration=5s", "churn=[]", "sampling.requests=all"] }));
    const counted = record.pods.reduce((sum, { requests }) => sum + requests, 0);
    // connections that were made after the last measurement are not in a bin
    expect(counted).toBeLessThanOrEqual(record.totals.ok);
    expect(counted).toBeGreaterThan(record.totals.ok - 550);
    for (const row of record.pods) {
      expect(row.ready).toBe(true);
      expect(record.requests.some(({ endpointPod }) => endpointPod === row.pod)).toBe(true);
    }
  });

  test("counts in pods.csv what a restarted container accepts, from its first connection on", () => {
    const set = ["duration=45s", "churn=[{at: 21s, crash-container: web}]", "sampling.timelineInterval=20s"];
    const record = run(open(ROLLOUT, { set }));
    const crash = record.events.find(({ kind }) => kind === "container-crashed");
    const rows = record.pods.filter(({ pod }) => `Pod/${pod}` === crash?.object);
    expect(rows.map(({ t, ready }) => [t / SECOND, ready])).toEqual([
      [0, true],
      [20, true],
    ]);
    expect(rows[1]?.requests).toBeLessThan(rows[0]?.requests ?? 0);
    expect(rows[1]?.requests).toBeGreaterThan(100);
  });

  test("counts a termination for the event that asked for it, not for the one that made its pod", () => {
    const churn = "churn=[{at: 5s, scale: web, replicas: 8}, {at: 40s, scale: web, replicas: 5}]";
    const record = run(open(ROLLOUT, { set: ["duration=60s", churn, "sampling.requests=none"] }));
    const added = record.events.filter(({ kind, object }) => kind === "object-created" && object.startsWith("Pod/"));
    const ended = new Set(record.terminations.map(({ pod }) => `Pod/${pod}`));
    expect(added.some(({ object }) => ended.has(object))).toBe(true);
    expect(record.failover.map(({ minSlack }) => minSlack)).toEqual([Number.NaN, record.minSlack]);
  });

  test("of traffic from outside to a ClusterIP reaches nobody", () => {
    const text = ROLLOUT.replace("{to: web, rps: 500}", '{to: "10.96.0.77:80", rps: 50, from: outside}').replace(
      "  selector: {app: web}\n  ports: [{name: http, port: 80",
      "  clusterIP: 10.96.0.77\n  selector: {app: web}\n  ports: [{name: http, port: 80",
    );
    const record = run(open(text, { set: ["duration=3s"] }));
    expect(record.totals.ok).toBe(0);
    expect(record.totals.outcomes.map(({ outcome }) => outcome)).toEqual(["connect-timeout"]);
    expect(record.totals.causes.map(({ cause }) => cause)).toEqual(["unknown-to-node"]);
  });
});

describe("the crash of a node", () => {
  const record = run(open(shippedText("node-crash"), { set: ["duration=80s"] }));
  const crash = record.events.find(({ kind }) => kind === "node-crashed");

  test("ends what runs on it: nothing more comes from there", () => {
    const node = crash?.object.slice("Node/".length) ?? "";
    const after = record.events.filter(({ t, component }) => t > (crash?.t ?? 0) && component === `kubelet/${node}`);
    expect(after).toEqual([]);
    const clients = record.requests.filter(({ t, clientNode }) => clientNode === node && t > (crash?.t ?? 0));
    expect(clients).toEqual([]);
  });

  test("is the root of its failures", () => {
    const row = record.failover.find(({ action }) => action === "crash-node");
    expect(row?.failedRequests).toBe(record.totals.failed);
    expect(row?.failedRequests).toBeGreaterThan(100);
    expect(row?.detected).toBeGreaterThan(40 * SECOND);
  });
});
