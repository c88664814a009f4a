import { expect, test } from "vitest";
import { start } from "../../src/churn/schedule.js";
import { SECOND } from "../../src/engine/duration.js";
import { FakeCluster } from "./fake-cluster.js";

test.each([
  [{ for: 30 * SECOND }, ["10: kill upstream-dns until 40", "40: start upstream-dns"]],
  [{}, ["10: kill upstream-dns"]],
])("upstream-outage %j", (parameters, done) => {
  const cluster = new FakeCluster([]);
  const entry = {
    name: "outage",
    action: "upstream-outage",
    at: 10 * SECOND,
    every: null,
    target: { kind: "upstream" as const },
    parameters,
  };
  const fired: string[] = [];
  start(cluster, [entry], ({ name, action, object }) => {
    fired.push(`${name} ${action} ${object}`);
  });
  cluster.run();
  expect(fired).toEqual(["outage upstream-outage DNS/upstream"]);
  expect(cluster.done).toEqual(done);
});
