/** Statements about UDP flows that keep their endpoint, and about when kube-proxy lets them go. */
import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { parsePatch, parseVersion, type UdpConntrackMode, udpConntrackOf } from "../../src/model/kubernetes-version.js";
import type { Endpoint } from "../../src/model/objects.js";
import { CLUSTER_IP, endpoint, service, TERMINATING } from "../node/service-proxy/cluster.js";
import { DNS, UdpClient } from "../node/service-proxy/udp-client.js";

const STOPPED = { ready: false, serving: false, terminating: true };

const EVENT_BASED_NONE = ["1.29.0", "1.29.9", "1.30.5", "1.31.0", "1.31.1"];
const EVENT_BASED = ["1.29.10", "1.30.6", "1.31.2", "1.29", "1.30", "1.31"];
const RECONCILER = ["1.32", "1.33.1", "1.34", "1.35", "1.36"];

interface Step {
  readonly at: number;
  readonly endpoints: readonly Endpoint[];
}

/** The pod that one socket reaches with a datagram a second for 20 s, beginning with pod 1 alone. */
function flowOf(mode: UdpConntrackMode, steps: readonly Step[]): readonly (number | string)[] {
  const client = new UdpClient([endpoint(1)], { settings: { udpConntrack: mode } });
  for (const { at, endpoints } of steps) client.cluster.at(at * SECOND, () => client.commit(endpoints));
  return [...Array(20).keys()].map((second) => client.send(second * SECOND));
}

/** The first second in which the flow had another endpoint; null when it never had. */
function movedAt(mode: UdpConntrackMode, steps: readonly Step[]): number | null {
  const second = flowOf(mode, steps).findIndex((pod) => pod !== 1);
  return second < 0 ? null : second;
}

describe("DP-29 by version", () => {
  test.each([
    ...EVENT_BASED_NONE.map((version) => [version, "event-based-none"] as const),
    ...EVENT_BASED.map((version) => [version, "event-based"] as const),
    ...RECONCILER.map((version) => [version, "reconciler"] as const),
    ["1.37", "reconciler-zero"] as const,
  ])("DP-29 %s cleans UDP entries up as %s", (version, mode) => {
    expect(udpConntrackOf(parseVersion(version)!, parsePatch(version))).toBe(mode);
  });
});

describe("a UDP flow with a reused source port", () => {
  const replaced = [
    { at: 2, endpoints: [endpoint(1), endpoint(2)] },
    { at: 5, endpoints: [endpoint(1, STOPPED), endpoint(2)] },
    { at: 10, endpoints: [endpoint(2)] },
  ];

  test("DP-29 event-based before October 2024: sticks to an endpoint that stopped serving before it disappeared", () => {
    expect(movedAt("event-based-none", replaced)).toBe(null);
    const atOnce = [replaced[0]!, { at: 5, endpoints: [endpoint(2)] }];
    expect(movedAt("event-based-none", atOnce)).toBe(6);
  });

  test("DP-29 event-based since: deleted at the sync that takes an endpoint that does not serve any more", () => {
    expect(movedAt("event-based", replaced)).toBe(6);
  });

  test.each(["reconciler", "reconciler-zero", "reconciler-deleted"] as const)(
    "DP-29 %s: deleted at the next sync while the Service has a serving endpoint",
    (mode) => {
      expect(movedAt(mode, replaced)).toBe(6);
    },
  );

  test("DP-29 the entry goes at the end of the sync, not at the write or the start of the sync", () => {
    const client = new UdpClient([endpoint(1)], { settings: { udpConntrack: "reconciler" } });
    client.cluster.at(5 * SECOND, () => client.commit([endpoint(2)]));
    client.cluster.runTo(10 * SECOND);
    client.proxy.reader.settle(10 * SECOND);
    const { start, end } = client.proxy.syncs[0]!;
    expect([start > 5 * SECOND, end > start]).toEqual([true, true]);
    const fresh = (time: number): number | string => {
      const again = new UdpClient([endpoint(1)], { settings: { udpConntrack: "reconciler" } });
      again.cluster.at(5 * SECOND, () => again.commit([endpoint(2)]));
      again.send(0);
      return again.send(time);
    };
    expect([fresh(start), fresh(end - 1), fresh(end)]).toEqual([1, 1, 2]);
  });

  test("DP-29 terminating but serving endpoints keep their entries", () => {
    const steps = [
      { at: 2, endpoints: [endpoint(1), endpoint(2)] },
      { at: 5, endpoints: [endpoint(1, TERMINATING), endpoint(2)] },
    ];
    for (const mode of ["event-based-none", "event-based", "reconciler", "reconciler-zero"] as const) {
      expect(movedAt(mode, steps), mode).toBe(null);
    }
  });

  test("DP-29 an endpoint that was away between two datagrams has lost its entries, although it is back", () => {
    const client = new UdpClient([endpoint(1)], { settings: { udpConntrack: "event-based" } });
    client.cluster.at(2 * SECOND, () => client.commit([endpoint(1), endpoint(2)]));
    client.cluster.at(5 * SECOND, () => client.commit([endpoint(2)]));
    client.cluster.at(8 * SECOND, () => client.commit([endpoint(1), endpoint(2)]));
    const sockets = [...Array(40).keys()];
    expect(new Set(sockets.map((socket) => client.send(0, socket)))).toEqual(new Set([1]));
    // each socket draws anew
    expect(new Set(sockets.map((socket) => client.send(15 * SECOND, socket)))).toEqual(new Set([1, 2]));
  });
});

describe("when the last serving endpoint goes", () => {
  const gone = [{ at: 5, endpoints: [endpoint(1, STOPPED)] }];
  const back = [...gone, { at: 10, endpoints: [endpoint(2)] }];

  test("DP-29 v1.32 to v1.36: the Service is skipped and the entry stays until one serves", () => {
    expect(flowOf("reconciler", gone).slice(6)).toEqual(Array(14).fill(1));
    expect(movedAt("reconciler", back)).toBe(11);
  });

  test.each(["event-based", "reconciler-zero", "reconciler-deleted"] as const)(
    "DP-29 %s: the entry is deleted, and datagrams are rejected",
    (mode) => {
      expect(flowOf(mode, gone).slice(6)).toEqual(Array(14).fill("refused"));
    },
  );

  test("DP-29 event-based before October 2024: the entry stays until the Service has a serving endpoint again", () => {
    expect(movedAt("event-based-none", gone)).toBe(null);
    expect(movedAt("event-based-none", back)).toBe(11);
  });
});

describe("when the Service is deleted", () => {
  const stays = (mode: UdpConntrackMode): boolean => {
    const client = new UdpClient([endpoint(1)], { settings: { udpConntrack: mode } });
    client.cluster.at(5 * SECOND, () => client.cluster.commit(service("dns", CLUSTER_IP, [DNS]), true));
    client.send(0);
    expect([client.send(4 * SECOND), client.send(10 * SECOND, 2)]).toEqual([1, "none"]);
    return client.send(10 * SECOND) === 1;
  };

  test("DP-29 reconcilers leave its entries, until PR 141371", () => {
    expect([stays("reconciler"), stays("reconciler-zero"), stays("reconciler-deleted")]).toEqual([true, true, false]);
  });

  test("DP-29 event-based: its entries are deleted", () => {
    expect([stays("event-based-none"), stays("event-based")]).toEqual([false, false]);
  });
});

test("DP-29 every datagram refreshes the entry: without a clean-up it never ends, after 30 s of silence it does", () => {
  const client = new UdpClient([endpoint(1)], { settings: { udpConntrack: "reconciler" } });
  client.cluster.at(5 * SECOND, () => client.commit([]));
  for (let second = 0; second <= 600; second += 20) expect(client.send(second * SECOND)).toBe(1);
  expect(client.send(629 * SECOND)).toBe(1);
  expect(client.send(659 * SECOND)).toBe("refused");
});
