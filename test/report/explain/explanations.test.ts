import { describe, expect, test } from "vitest";
import { explainEvent } from "../../../src/report/explain/event.js";
import { explainRequest } from "../../../src/report/explain/request.js";
import { explainTop } from "../../../src/report/explain/top.js";
import { sampleRecord } from "../sample-record.js";

const record = sampleRecord();

describe("explanations as data", () => {
  test("a request has what it acted on, how its node took the pod's end, and the chain from the root", () => {
    const [explained, ...others] = explainRequest(record, "users/3902");
    expect(others).toEqual([]);
    expect(explained?.request).toBe(record.requests[2]);
    expect(explained?.basis?.fact).toBe(4);
    expect(explained?.replaced).toMatchObject({ pod: "default/web-old-0", observer: { kind: "node", name: "node-1" } });
    expect(explained?.chain.map(({ fact }) => fact)).toEqual([100, 140, 141, 142, 143]);
  });

  test("a request whose facts and pod are not among the rows has nothing of them", () => {
    const [explained] = explainRequest({ ...record, events: [], terminations: [] }, "users/3902");
    expect([explained?.basis, explained?.replaced, explained?.chain]).toEqual([null, null, []]);
  });

  test("a termination that another kind of observer of the same name took is not the node's", () => {
    const terminations = record.terminations.map((row) => ({
      ...row,
      observer: { kind: "coredns" as const, name: row.observer.name },
    }));
    expect(explainRequest({ ...record, terminations }, "users/3902")[0]?.replaced).toBeNull();
  });

  test("failures come in groups that add up, the largest first, with the root of the first", () => {
    const top = explainTop(record, 3);
    expect(top.groups).toHaveLength(3);
    expect(top.failures).toBe(record.requests.length);
    expect(top.groups.reduce((sum, { count }) => sum + count, 0) + top.rest.failures).toBe(top.failures);
    expect(top.worst?.request).toBe(top.groups[0]?.first);
    const all = explainTop(record, 1_000);
    expect(all.rest).toEqual({ groups: 0, failures: 0 });
    expect(all.groups.find(({ first }) => first.causeFact === 143)?.root?.fact).toBe(100);
  });

  test("an event has its facts by kind, the margins of the pods that it deleted, and its failed requests", () => {
    const { event, facts, terminations, failedRequests } = explainEvent(record, "update");
    expect(event.fact).toBe(100);
    expect(facts.map(({ kind, count }) => `${count} ${kind}`)).toEqual([
      "1 deletion-requested",
      "1 termination-started",
      "1 sigterm-sent",
      "1 process-stops-accepting",
    ]);
    expect(terminations.map(({ pod, observer }) => `${pod} ${observer.name}`)).toEqual([
      "default/web-old-0 node-4",
      "default/web-old-0 node-3",
      "default/web-old-0 node-2",
      "default/web-old-0 node-1",
    ]);
    expect(failedRequests).toBe(record.requests.filter(({ causeFact }) => causeFact === 143).length);
  });
});
