import { describe, expect, test } from "vitest";
import { constant } from "../../src/engine/distribution.js";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import { FACT_KINDS, FactKind } from "../../src/model/trace.js";
import { CROSS_ZONE, SAME_NODE, SAME_ZONE, SERVICE_TIME, type ServerOptions, TrafficHarness } from "./harness.js";

/** The first request arrives here, at the client. */
const T = SECOND / 2;
/** Its SYN reaches the server; the server has its request; the server has sent the response. */
const ACCEPTED = T + SAME_ZONE;
const SERVED = T + 3 * SAME_ZONE + SERVICE_TIME;

/** One request to one server, to which `action` happens at `time`. */
function disturbed(
  options: ServerOptions,
  time: number,
  action: (server: ReturnType<TrafficHarness["server"]>, harness: TrafficHarness) => void,
): TrafficHarness {
  const harness = new TrafficHarness();
  const server = harness.server("web", "10.244.1.5", options);
  harness.send();
  harness.at(time, () => action(server, harness));
  harness.run(1.4 * SECOND);
  harness.run(8 * SECOND);
  return harness;
}

describe("a response", () => {
  test.each([
    ["the same node", 0, SAME_NODE],
    ["the same zone", 1, SAME_ZONE],
    ["another zone", 2, CROSS_ZONE],
  ])("from %s takes two round trips and the service time", (_, node, oneWay) => {
    const harness = new TrafficHarness();
    harness.server("web", "10.244.1.5", { node });
    harness.send();
    harness.run(SECOND);
    expect(harness.ended).toMatchObject([
      { outcome: "ok", cause: "", arrivedAt: T, latency: 4 * oneWay + SERVICE_TIME },
    ]);
  });

  test("that would come after the client's timeout is a timeout", () => {
    const harness = new TrafficHarness();
    harness.server("web", "10.244.1.5", { serviceTime: constant(2 * SECOND) });
    harness.send({ client: { requestTimeout: SECOND } });
    harness.run(1.6 * SECOND);
    expect(harness.ended).toMatchObject([{ outcome: "request-timeout", cause: "slow-server", latency: SECOND }]);
  });
});

describe("finish at SIGTERM", () => {
  const terminate = (server: { terminate(): void }): void => server.terminate();

  test("serves what it has accepted and exits with the last response", () => {
    const { ended, story } = disturbed({}, ACCEPTED, terminate);
    expect(ended[0]).toMatchObject({ outcome: "ok", latency: 4 * SAME_ZONE + SERVICE_TIME });
    expect(story).toEqual([
      "0 started default/web",
      `${ACCEPTED} stopped default/web`,
      `${ACCEPTED} closed default/web`,
      `${SERVED} gone default/web`,
      `${SERVED} exited default/web`,
    ]);
  });

  test("refuses a connection whose SYN is on its way, one round trip after it was sent", () => {
    const { ended, story } = disturbed({}, ACCEPTED - 1, terminate);
    expect(ended[0]).toMatchObject({ outcome: "refused", latency: 2 * SAME_ZONE, holder: "default/web" });
    expect(story.at(-1)).toBe(`${ACCEPTED - 1} exited default/web`);
  });

  test("refuses later connections, because it stopped accepting", () => {
    const { ended, simulation } = disturbed({}, T - 1, terminate);
    expect(ended[0]).toMatchObject({ outcome: "refused", latency: 2 * SAME_ZONE });
    const fact = ended[0]?.causeFact ?? -1;
    expect(FACT_KINDS[simulation.facts.kindOf(fact)]?.name).toBe("process-stops-accepting");
    expect(simulation.facts.timeOf(fact)).toBe(T - 1);
  });

  test("does nothing at a second SIGTERM, nor when it has ended", () => {
    const twice = disturbed({}, ACCEPTED, (server) => {
      server.terminate();
      server.terminate();
    });
    expect(twice.story.filter((line) => line.includes("closed"))).toHaveLength(1);
    const dead = disturbed({}, T - 1, (server) => {
      server.kill();
      server.terminate();
      server.kill();
    });
    expect(dead.story.filter((line) => line.includes("exited"))).toHaveLength(1);
  });

  test("waits for the answers to its own requests", () => {
    const harness = new TrafficHarness();
    harness.server("web", "10.244.1.5", { serviceTime: constant(300 * MILLISECOND) });
    const caller = harness.server("caller", "10.244.0.9", { node: 0 });
    caller.client = harness.client("caller");
    harness.send({}, caller.client);
    harness.at(T + 1, () => caller.terminate());
    harness.run(SECOND);
    expect(harness.ended).toMatchObject([{ outcome: "ok", latency: 4 * SAME_ZONE + 300 * MILLISECOND }]);
    expect(harness.story.at(-1)).toBe(`${T + 4 * SAME_ZONE + 300 * MILLISECOND} exited default/caller`);
  });
});

describe("exit at SIGTERM", () => {
  const exit: ServerOptions = { onSigterm: "exit" };

  test("cuts off what it serves: the client sees it one way later", () => {
    const { ended, story } = disturbed(exit, ACCEPTED + 1000, (server) => server.terminate());
    expect(ended[0]).toMatchObject({
      outcome: "reset",
      cause: "killed-in-flight",
      latency: SAME_ZONE + 1000 + SAME_ZONE,
    });
    expect(story.at(-1)).toBe(`${ACCEPTED + 1000} exited default/web`);
  });

  test("refuses a SYN that is on its way", () => {
    const { ended } = disturbed(exit, T + 1, (server) => server.terminate());
    expect(ended[0]).toMatchObject({ outcome: "refused", latency: 2 * SAME_ZONE });
  });

  test("leaves a response alone that has been sent", () => {
    const { ended } = disturbed(exit, SERVED, (server) => server.terminate());
    expect(ended[0]).toMatchObject({ outcome: "ok", latency: 4 * SAME_ZONE + SERVICE_TIME });
    const before = disturbed(exit, SERVED - 1, (server) => server.terminate());
    expect(before.ended[0]).toMatchObject({ outcome: "reset" });
  });
});

describe("ignore at SIGTERM", () => {
  const ignore: ServerOptions = { onSigterm: "ignore" };

  test("serves on until SIGKILL, which cuts off what it serves", () => {
    const { ended, story } = disturbed(ignore, T - 1, (server, harness) => {
      server.terminate();
      harness.at(1.5 * SECOND + 1000, () => server.kill());
    });
    expect(ended[0]).toMatchObject({ outcome: "ok" });
    expect(ended[1]).toMatchObject({ outcome: "reset", cause: "grace-period-exceeded", latency: 1000 + SAME_ZONE });
    expect(ended[2]).toMatchObject({ outcome: "refused" });
    expect(story).toContain(`${1.5 * SECOND + 1000} closed default/web`);
  });
});

describe("SIGKILL without SIGTERM", () => {
  test("is a process that ended by itself", () => {
    const { ended } = disturbed({}, ACCEPTED + 1, (server) => server.kill());
    expect(ended[0]).toMatchObject({ outcome: "reset", cause: "process-exited" });
  });
});

describe("a node without power", () => {
  const powerOff = (server: { powerOff(fact: number): void }, harness: TrafficHarness): void => {
    const fact = harness.context.record(FactKind.nodeCrashed, "Node/node-1");
    harness.node(1).downFact = fact;
    server.powerOff(fact);
  };

  test("is silent to a request that it serves: the client's timeout ends it", () => {
    const { ended } = disturbed({}, ACCEPTED, powerOff);
    expect(ended.find(({ id }) => id === 0)).toMatchObject({
      outcome: "request-timeout",
      cause: "node-down",
      causeFact: expect.any(Number),
      latency: 5 * SECOND,
    });
  });

  test("is silent to a SYN on its way and to later ones: the connect timeout ends them", () => {
    const { ended } = disturbed({}, ACCEPTED - 1, powerOff);
    for (const id of [0, 1]) {
      expect(ended.find((each) => each.id === id)).toMatchObject({
        outcome: "connect-timeout",
        cause: "node-down",
        latency: SECOND,
      });
    }
  });

  test("cannot take back a response that has left", () => {
    const { ended, story } = disturbed({}, SERVED, powerOff);
    expect(ended.find(({ id }) => id === 0)).toMatchObject({ outcome: "ok" });
    // nobody is told of an exit: there is no kubelet any more
    expect(story.some((line) => line.includes("exited"))).toBe(false);
  });
});

describe("a starting server", () => {
  test("listens and becomes healthy in turn, and tells when its probe will change", () => {
    const harness = new TrafficHarness();
    const server = harness.server("web", "10.244.1.5", { listenAfter: 2 * SECOND, readyAfter: SECOND });
    harness.send();
    expect([server.probe(), server.nextProbeChange()]).toEqual([false, 3 * SECOND]);
    harness.run(2 * SECOND);
    expect(harness.ended).toMatchObject([
      { outcome: "refused", cause: "not-listening-yet" },
      { outcome: "refused", cause: "not-listening-yet" },
    ]);
    harness.run(3 * SECOND);
    expect(harness.ended[2]).toMatchObject({ outcome: "ok" });
    expect(server.probe()).toBe(false);
    harness.at(3 * SECOND, () => expect([server.probe(), server.nextProbeChange()]).toEqual([true, Infinity]));
    harness.run(3 * SECOND + 1);
    expect(server.probe()).toBe(true);
  });

  test("draws anew at each start of its container", () => {
    const listensAt = (restart: number): number => {
      const harness = new TrafficHarness();
      const listenAfter = { kind: "uniform", min: SECOND, max: 10 * SECOND } as const;
      const server = harness.server("web", "10.244.1.5", { listenAfter, restart });
      return server.nextProbeChange();
    };
    expect(listensAt(0)).toBe(listensAt(0));
    expect(new Set([0, 1, 2].map(listensAt)).size).toBe(3);
  });

  test("may end before it listens", () => {
    const harness = new TrafficHarness();
    const server = harness.server("web", "10.244.1.5", { listenAfter: 2 * SECOND });
    harness.at(SECOND, () => server.terminate());
    harness.run(1.1 * SECOND);
    expect(harness.story).toContain(`${SECOND} exited default/web`);
    expect(harness.story.some((line) => line.includes("closed"))).toBe(false);
  });
});

describe("a failing readiness endpoint", () => {
  test("is told once, and traffic goes on", () => {
    const harness = new TrafficHarness();
    const server = harness.server("web", "10.244.1.5");
    harness.send();
    harness.at(1, () => {
      server.failProbe(true);
      server.failProbe(true);
      expect(server.probe()).toBe(false);
    });
    harness.at(2, () => server.failProbe(false));
    harness.run(SECOND);
    expect(harness.story).toEqual(["0 started default/web", "1 probe default/web", "2 probe default/web"]);
    expect(server.probe()).toBe(true);
    expect(harness.ended).toMatchObject([{ outcome: "ok" }]);
  });
});
