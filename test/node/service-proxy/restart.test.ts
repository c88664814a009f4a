import { describe, expect, it } from "vitest";
import { SECOND } from "../../../src/engine/duration.js";
import { Phase } from "../../../src/engine/event-queue.js";
import type { Flow, TrackedHop } from "../../../src/model/flow.js";
import { newVerdict, nextHop, pathOf } from "../../../src/network/verdict.js";
import type { KubeProxy } from "../../../src/node/service-proxy/kube-proxy/kube-proxy.js";
import { CutSession } from "../../support/cut-session.js";
import { CLUSTER_IP, endpoint, flowTo, service, slice, syncOf, TestCluster, verdictOf } from "./cluster.js";
import { UdpClient } from "./udp-client.js";

const DEAD_FROM = 4 * SECOND;
const STARTED = 6 * SECOND;

/** Endpoint 1 at first, 2 from 3 s on, 3 from 5 s on (while no kube-proxy runs), 4 from 10 s on. */
function restarted(starts = true, session?: CutSession): { cluster: TestCluster; proxy: KubeProxy } {
  const cluster = new TestCluster();
  cluster.at(-1, () => cluster.commit(service("web", CLUSTER_IP)));
  for (const [at, pod] of [
    [-1, 1],
    [3 * SECOND, 2],
    [5 * SECOND, 3],
    [10 * SECOND, 4],
  ] as const) {
    cluster.at(at, () => cluster.commit(slice("web", [endpoint(pod)])));
  }
  const proxy = cluster.kubeProxy(1, session === undefined ? {} : { session });
  cluster.at(DEAD_FROM, () => proxy.crash(DEAD_FROM));
  if (starts) cluster.at(STARTED, () => proxy.start(STARTED));
  return { cluster, proxy };
}

function podAt(time: number, starts = true): number {
  const { cluster, proxy } = restarted(starts);
  cluster.runTo(time);
  return verdictOf(proxy, flowTo(CLUSTER_IP), time).endpoint - 0x0a000000;
}

describe("a kube-proxy that is restarted", () => {
  it("has no list, and syncs nothing, while a cut that was decided after its start lasts", () => {
    const session = new CutSession();
    const { cluster, proxy } = restarted(true, session);
    cluster.at(STARTED + 1, () => proxy.reader.settle(STARTED + 1));
    cluster.at(STARTED + 1, () => session.cut({ from: STARTED + 2, until: 9 * SECOND }), Phase.crash);
    cluster.runTo(20 * SECOND);
    proxy.reader.settle(20 * SECOND);
    expect(proxy.syncs.find(({ start }) => start >= STARTED)?.start).toBe(9 * SECOND);
  });

  it("leaves its rules in the kernel until the first sync of the next process", () => {
    const { cluster, proxy } = restarted();
    cluster.runTo(20 * SECOND);
    proxy.reader.settle(20 * SECOND);
    const first = proxy.syncs.find(({ start }) => start >= STARTED)!;
    expect(first.start).toBe(STARTED + 10_000);
    const pods = [0, DEAD_FROM, 5.5 * SECOND, STARTED, first.end - 1, first.end].map((time) => podAt(time));
    expect(pods).toEqual([1, 2, 2, 2, 2, 3]);
    expect(podAt(20 * SECOND)).toBe(4);
  });

  it("keeps the old rules for ever when none follows", () => {
    expect(podAt(20 * SECOND, false)).toBe(2);
  });

  it("gives the same answers whether the node was asked before or not", () => {
    const { cluster, proxy } = restarted();
    for (let time = 0; time <= 20 * SECOND; time += 100_000) {
      cluster.runTo(time);
      expect(verdictOf(proxy, flowTo(CLUSTER_IP), time).endpoint - 0x0a000000).toBe(podAt(time));
    }
  });

  it("tells how changes came to the node by whichever process took them", () => {
    const { cluster, proxy } = restarted();
    cluster.runTo(20 * SECOND);
    proxy.reader.settle(20 * SECOND);
    const starts = [2, 3, 4].map((position) => syncOf(proxy, position)?.start);
    expect(starts).toEqual([3 * SECOND + 10_000, STARTED + 10_000, 10 * SECOND + 10_000]);
    const applied = proxy.appliedSnapshots("default/web");
    expect(applied.map(({ snapshot }) => snapshot.endpoints("http", "TCP").map(({ pod }) => pod))).toEqual(
      ["default/pod-1", "default/pod-2", "default/pod-3", "default/pod-4"].map((pod) => [pod]),
    );
    expect(proxy.running).toBe(true);
  });

  it("cannot be started twice, and a crash of its node ends it for good", () => {
    const { cluster, proxy } = restarted();
    cluster.runTo(STARTED);
    expect(() => proxy.start(STARTED)).toThrow("kube-proxy of node-1 is running");
    cluster.runTo(7 * SECOND);
    proxy.crash(7 * SECOND);
    proxy.crash(8 * SECOND);
    cluster.runTo(30 * SECOND);
    expect(verdictOf(proxy, flowTo(CLUSTER_IP), 30 * SECOND).endpoint - 0x0a000000).toBe(3);
  });
});

const datagram: Flow = { ...flowTo(CLUSTER_IP), protocol: "UDP" };
const verdict = newVerdict();
nextHop(verdict, datagram, datagram.source);
const [UDP_ENTRY] = pathOf(datagram, verdict, 0) as [TrackedHop];

describe("UDP entries at a restart", () => {
  const moved = (udpConntrack: "event-based" | "reconciler", goes: boolean): boolean => {
    const client = new UdpClient([endpoint(1), endpoint(2)], { settings: { udpConntrack } });
    const { cluster, proxy } = client;
    cluster.at(DEAD_FROM, () => proxy.crash(DEAD_FROM));
    if (goes) cluster.at(5 * SECOND, () => client.commit([endpoint(3), endpoint(4)]));
    cluster.at(STARTED, () => proxy.start(STARTED));
    const before = [...Array(30).keys()].map((socket) => client.send(0, socket));
    expect([...Array(30).keys()].map((socket) => client.send(STARTED, socket))).toEqual(before);
    const after = [...Array(30).keys()].map((socket) => client.send(10 * SECOND, socket));
    return after.some((pod, socket) => pod !== before[socket]);
  };

  it("that were used while no process ran are looked at by the next one", () => {
    const client = new UdpClient([endpoint(1)], { settings: { udpConntrack: "reconciler" } });
    const { cluster, proxy } = client;
    cluster.at(DEAD_FROM, () => proxy.crash(DEAD_FROM));
    cluster.at(5 * SECOND, () => client.commit([endpoint(2)]));
    cluster.at(STARTED, () => proxy.start(STARTED));
    // dead rules hold for ever, as far as a socket can know that asks then
    expect([0, 4.5 * SECOND, STARTED, 10 * SECOND].map((time) => client.send(time))).toEqual([1, 1, 1, 2]);
  });

  it("are known to hold no longer than the process that was asked", () => {
    const { cluster, proxy } = restarted();
    cluster.runTo(STARTED);
    const entry = (checkedAt: number): TrackedHop => ({ ...UDP_ENTRY, checkedAt, checkedUntil: 9 * SECOND });
    const until = [STARTED - 1, STARTED].map((checkedAt) => proxy.rules.validUntil(entry(checkedAt)));
    expect(until).toEqual([Number.NEGATIVE_INFINITY, 9 * SECOND]);
  });

  it("are reconciled by the first sync", () => {
    expect([moved("reconciler", false), moved("reconciler", true)]).toEqual([false, true]);
  });

  it("are all deleted by an event-based process, to which every Service is new", () => {
    expect([moved("event-based", false), moved("event-based", true)]).toEqual([true, true]);
  });
});
