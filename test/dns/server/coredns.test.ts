import { expect, test } from "vitest";
import { SECOND } from "../../../src/engine/duration.js";
import { NO_FACT } from "../../../src/engine/facts.js";
import { parseAddress } from "../../../src/model/address.js";
import { CutSession } from "../../support/cut-session.js";
import {
  ask,
  askLate,
  namespace,
  ONE_WAY,
  OUTSIDE_LATENCY,
  service,
  slice,
  TestCluster,
  WATCH_DELAY,
} from "../cluster.js";

const DATABASE = "database.production.svc.cluster.local";
/** The first ARP failure of a node after a pod of its own has gone. */
const NEVER = Number.POSITIVE_INFINITY;

function populated(): TestCluster {
  const cluster = new TestCluster();
  cluster.commit(namespace("production"));
  cluster.commit(service("database", "10.96.1.1"));
  cluster.commit(service("peers", "None"));
  cluster.commit(slice("peers", [{ address: "10.244.1.50" }]));
  return cluster;
}

test("a lookup takes one round trip to a replica and tells what its answer rests on", () => {
  const cluster = populated();
  cluster.replica(1);
  cluster.runUntil(SECOND);
  const lookup = cluster.lookUp("database");
  expect(lookup).toMatchObject({ status: "ok", addresses: [parseAddress("10.96.1.1")], questions: 2 });
  expect(cluster.simulation.now).toBe(SECOND + 2 * ONE_WAY);
  expect(lookup.fact).toBe(cluster.log.get("Service", "production/database")!.fact);
  expect(lookup.knownSince).toBe(WATCH_DELAY);
  expect(lookup.answeredAt).toBe(cluster.simulation.now);
});

test("a replica whose node is cut from the API server answers as before, and hears of what changed when it is up again", () => {
  const cluster = populated();
  const session = new CutSession();
  const replica = cluster.replica(1, { session });
  cluster.runUntil(SECOND);
  cluster.commit(service("database", "10.96.1.1"), true);
  session.cut({ from: SECOND + 1, until: 3 * SECOND });
  cluster.runUntil(3 * SECOND - 1);
  expect(ask(cluster, replica, DATABASE).rcode).toBe("NOERROR");
  cluster.runUntil(3 * SECOND + 1);
  expect(ask(cluster, replica, DATABASE).rcode).toBe("NXDOMAIN");
});

test("SIGKILL ends the process at this instant, once", () => {
  const cluster = populated();
  const replica = cluster.replica(1);
  cluster.runUntil(SECOND);
  replica.process.terminate();
  cluster.runUntil(2 * SECOND);
  replica.process.kill();
  replica.process.kill();
  expect(replica.host.listenerAt(53, "UDP")).toBe(null);
  expect(replica.host.stopFact).not.toBe(NO_FACT);
  cluster.runUntil(20 * SECOND);
  expect(replica.exitedAt).toEqual([2 * SECOND]);
});

test("a deleted Service is NXDOMAIN, because of its deletion", () => {
  const cluster = populated();
  const replica = cluster.replica(1);
  cluster.runUntil(SECOND);
  cluster.commit(service("database", "10.96.1.1"), true);
  const deletion = cluster.simulation.facts.length - 1;
  cluster.runUntil(SECOND + WATCH_DELAY + 1);
  expect(ask(cluster, replica, DATABASE)).toMatchObject({ rcode: "NXDOMAIN", fact: deletion });
});

test("the fact of an answer is that of time zero once the log was rebased", () => {
  const cluster = populated();
  const replica = cluster.replica(1);
  cluster.runUntil(SECOND);
  cluster.log.rebase("Service", "production/database", 0);
  expect(ask(cluster, replica, DATABASE).fact).toBe(0);
});

test("names outside the cluster domain that do not exist are NXDOMAIN with the SOA of the root, after a round trip", () => {
  const cluster = populated();
  const replica = cluster.replica(1);
  cluster.runUntil(SECOND);
  const late = askLate(cluster, replica, "nowhere.example.com");
  cluster.runUntil(2 * SECOND);
  expect([late.answer?.rcode, late.answer?.authority.length, late.at]).toEqual([
    "NXDOMAIN",
    1,
    SECOND + OUTSIDE_LATENCY,
  ]);
});

test("a removed sandbox is silent while the neighbour entry lives, then refuses after the ARP probes", () => {
  const cluster = populated();
  const replica = cluster.replica(1);
  cluster.runUntil(SECOND);
  cluster.network.detach(replica.host, SECOND, NEVER);
  expect(cluster.lookUp(`${DATABASE}.`)).toMatchObject({ status: "EAI_AGAIN", timedOut: true });
  expect(cluster.simulation.now).toBe(11 * SECOND);
  replica.host.neighbourFailsAt = cluster.simulation.now;
  expect(cluster.lookUp(`${DATABASE}.`)).toMatchObject({ status: "EAI_AGAIN", timedOut: false });
  expect(cluster.simulation.now).toBe(11 * SECOND + 2 * 3_060_000);
});

test("a socket that was closed while the question was on its way refuses it", () => {
  const cluster = populated();
  const replica = cluster.replica(1);
  cluster.runUntil(SECOND);
  replica.process.kill();
  expect(replica.process.ask({ name: DATABASE, type: "A" }, SECOND)).toBe(null);
});

test("a replica whose node has lost its power answers no question that was on its way", () => {
  const cluster = populated();
  const replica = cluster.replica(1);
  cluster.runUntil(SECOND);
  replica.context.crash();
  expect(replica.process.ask({ name: DATABASE, type: "A" }, SECOND)).toBe(null);
});
