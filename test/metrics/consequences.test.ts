import { expect, test } from "vitest";
import { Facts, NO_FACT } from "../../src/engine/facts.js";
import { Consequences } from "../../src/metrics/consequences.js";
import { FactKind } from "../../src/model/trace.js";

function factsOf(rows: readonly (readonly [kind: number, subject: string, parent: number])[]): Facts {
  const facts = new Facts();
  rows.forEach(([kind, subject, parent], index) => {
    facts.add(10 * index, kind, 0, facts.intern(subject), facts.intern(""), parent);
  });
  return facts;
}

test("facts belong to the churn event at their root, in their order; others have none", () => {
  const consequences = new Consequences(
    factsOf([
      [FactKind.initial, "Pod/default/a", NO_FACT],
      [FactKind.churn, "delete-pod", NO_FACT],
      [FactKind.churn, "crash-node", NO_FACT],
      [FactKind.deletionRequested, "Pod/default/a", 1],
      [FactKind.nodeCrashed, "Node/n", 2],
      [FactKind.objectDeleted, "Pod/default/a", 3],
      [FactKind.podReady, "Pod/default/b", 0],
    ]),
    [1, 2],
  );
  const told = (event: number): string[] =>
    consequences.of(event).map(({ t, kind, object }) => `${t} ${kind} ${object}`);
  expect(told(1)).toEqual([
    "10 churn delete-pod",
    "30 deletion-requested Pod/default/a",
    "50 object-deleted Pod/default/a",
  ]);
  expect(told(2)).toEqual(["20 churn crash-node", "40 node-crashed Node/n"]);
  expect(told(0)).toEqual([]);
  expect([0, 3, 4, 5, 6, NO_FACT].map((fact) => consequences.rootOf(fact))).toEqual([0, 1, 2, 1, 0, NO_FACT]);
});
