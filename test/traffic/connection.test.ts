/** Connections that a place on their way ends, of which no model has one yet. */
import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import type { Connection, ConnectionEnd } from "../../src/model/flow.js";
import { NEW_CONNECTIONS } from "../support/connections.js";
import { SAME_ZONE, SERVICE_TIME, TrafficHarness } from "./harness.js";

const FACT = 7;
const CAUSE = "killed-in-flight";
const HOLD = { reuse: "hold", balance: "pick-first", maxAge: null } as const;
/** The second request arrives here, over the connection of the first. */
const T = 1.5 * SECOND;

/** A client that holds a connection, which the client's own node ends at `time`. */
function ended(how: ConnectionEnd, time: number) {
  const harness = new TrafficHarness();
  const { server } = harness.server("web", "10.244.1.5");
  const connections: Connection[] = [];
  const add = server.kept.add.bind(server.kept);
  server.kept.add = (connection) => {
    connections.push(connection);
    add(connection);
  };
  harness.send({ client: { connection: HOLD } });
  harness.at(time, () => connections[0]?.endedBy(0, how, time, CAUSE, FACT));
  harness.run(4 * SECOND);
  harness.run(10 * SECOND);
  return { harness, connections, server };
}

test("a connection knows the places that it goes through", () => {
  const { connections, harness } = ended("fin", 3 * SECOND);
  expect(connections[0]?.path.map(({ place }) => place)).toEqual([harness.node(0)]);
});

describe("a connection that is ended by a place on its way", () => {
  test.each(["fin", "rst"] as const)("while it is idle (%s) is replaced: nothing is lost", (how) => {
    const { harness, connections } = ended(how, T - 1);
    expect(harness.ended.every(({ outcome }) => outcome === "ok")).toBe(true);
    expect(connections).toHaveLength(2);
    expect(harness.ended[1]?.latency).toBe(4 * SAME_ZONE + SERVICE_TIME);
  });

  test("in the middle of a request takes it along", () => {
    const { harness, server } = ended("rst", T + SAME_ZONE + 1);
    expect(harness.ended[1]).toMatchObject({
      outcome: "reset",
      cause: CAUSE,
      causeFact: FACT,
      latency: SAME_ZONE + 1,
    });
    expect(harness.ended[2]).toMatchObject({ outcome: "ok", latency: 4 * SAME_ZONE + SERVICE_TIME });
    expect(server.inFlight).toBe(0);
  });

  test("in silence swallows what is sent over it, until the client gives it up", () => {
    const { harness } = ended("silence", T + SAME_ZONE + 1);
    const [, second] = harness.ended.filter(({ id }) => id < 2).sort((x, y) => x.id - y.id);
    expect(second).toMatchObject({ outcome: "request-timeout", cause: CAUSE, causeFact: FACT });
    expect(harness.ended.find(({ id }) => id === 2)).toMatchObject({ outcome: "request-timeout", causeFact: FACT });
    expect(harness.ended.find(({ id }) => id === 8)).toMatchObject({ outcome: "ok" });
  });
});

test("a request costs two events, and an idle connection none", () => {
  const [fresh, held] = [NEW_CONNECTIONS, HOLD].map((connection) => {
    const harness = new TrafficHarness();
    harness.server("web", "10.244.1.5");
    harness.run(1);
    const before = harness.simulation.dispatched;
    const driver = harness.send({ client: { connection } });
    harness.run(10 * SECOND);
    driver.stop();
    harness.run(1000 * SECOND);
    expect(harness.ended).toHaveLength(10);
    return harness.simulation.dispatched - before;
  });
  // and the arrival that was planned when arrivals were stopped
  expect(fresh).toBe(2 * 10 + 1);
  expect(held).toBe(fresh);
});
