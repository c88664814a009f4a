import { expect, test } from "vitest";
import { tolerates } from "../../src/control-plane/scheduling-taints.js";
import { toleratedFor } from "../../src/control-plane/taint-eviction.js";
import { SECOND } from "../../src/engine/duration.js";
import type { Taint, Toleration } from "../../src/model/objects.js";
import { tolerateUnreachable } from "../support/objects.js";
import { COMMIT, deletedAt, Harness, WATCH, WRITE } from "./harness.js";
import { nodeOf, podOf } from "./objects.js";

const UNREACHABLE: Taint = { key: "node.kubernetes.io/unreachable", value: "", effect: "NoExecute" };
const OTHER: Taint = { key: "other", value: "x", effect: "NoExecute" };
const CALLS = 2 * WRITE + COMMIT;

function toleration(part: Partial<Toleration>): Toleration {
  return { key: "other", operator: "Equal", value: "x", effect: "", tolerationSeconds: null, ...part };
}

test.each([
  [toleration({}), true],
  [toleration({ value: "y" }), false],
  [toleration({ operator: "Exists", value: "" }), true],
  [toleration({ key: "", operator: "Exists" }), true],
  [toleration({ key: "", operator: "Equal" }), false],
  [toleration({ effect: "NoSchedule" }), false],
  [toleration({ effect: "NoExecute" }), true],
])("toleration %j of other=x:NoExecute: %s", (given, expected) => {
  expect(tolerates(given, OTHER)).toBe(expected);
});

test("the shortest tolerated time counts; one taint that is not tolerated is enough", () => {
  expect(toleratedFor([], [UNREACHABLE])).toBe(0);
  expect(toleratedFor([tolerateUnreachable(300)], [UNREACHABLE])).toBe(300 * SECOND);
  expect(toleratedFor([tolerateUnreachable(300)], [UNREACHABLE, OTHER])).toBe(0);
  const both = [tolerateUnreachable(300), toleration({ tolerationSeconds: 20 })];
  expect(toleratedFor(both, [UNREACHABLE, OTHER])).toBe(20 * SECOND);
  expect(toleratedFor([tolerateUnreachable(null)], [UNREACHABLE])).toBe(Number.POSITIVE_INFINITY);
  expect(toleratedFor([tolerateUnreachable(-5)], [UNREACHABLE])).toBe(0);
});

test("an eviction is cancelled when the taint goes, and starts anew when it comes back", () => {
  const cluster = new Harness({ write: WRITE });
  cluster.put(podOf("web", { nodeName: "node-a", tolerations: [tolerateUnreachable(100)] }));
  cluster.put(nodeOf("node-a", { taints: [UNREACHABLE] }));
  cluster.startNodeControllers();
  cluster.at(50 * SECOND, () => cluster.put(nodeOf("node-a")));
  cluster.at(200 * SECOND, () => cluster.put(nodeOf("node-a", { taints: [UNREACHABLE] })));
  cluster.run();
  expect(deletedAt(cluster, "web")).toBe(300 * SECOND + WATCH + CALLS);
});

test("a pod that is bound to a tainted node is evicted, counted from when that was seen", () => {
  const cluster = new Harness({ write: WRITE });
  cluster.put(nodeOf("node-a", { taints: [UNREACHABLE] }));
  cluster.startNodeControllers();
  cluster.at(50 * SECOND, () =>
    cluster.put(podOf("web", { nodeName: "node-a", tolerations: [tolerateUnreachable(10)] })),
  );
  cluster.run();
  expect(deletedAt(cluster, "web")).toBe(60 * SECOND + WATCH + CALLS);
});
