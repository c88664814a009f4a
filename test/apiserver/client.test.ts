import { describe, expect, test } from "vitest";
import { constant } from "../../src/engine/distribution.js";
import { Phase } from "../../src/engine/event-queue.js";
import { NO_FACT } from "../../src/engine/facts.js";
import { FACT_KINDS, FactKind } from "../../src/model/trace.js";
import { Answers, namespace, pod, ServerHarness, WHY } from "./harness.js";

function harnessWith(startAt = 0) {
  const harness = new ServerHarness(startAt);
  return { harness, client: harness.client(), answers: new Answers(harness.simulation) };
}

describe("a write", () => {
  test("is committed after 95 % of its duration and answered at its end", () => {
    const { harness, client, answers } = harnessWith();
    const commits: number[] = [];
    harness.log.onCommit("Namespace", ({ time }) => commits.push(time));
    harness.at(100, () => client.create(namespace("a"), WHY, answers.take, "create"));
    harness.run();
    expect(commits).toEqual([108]);
    expect(answers.lines).toEqual(["109 create committed"]);
    expect(harness.log.get("Namespace", "a")?.object.metadata.creationTimestamp).toBe(108);
  });

  test.each([
    [7_700, 7_315, 3_850],
    [67_000, 63_650, 33_500],
  ])("of %i µs is committed after %i, and a read looks after %i", (duration, commit, look) => {
    const harness = new ServerHarness();
    const client = harness.client(undefined, constant(duration));
    const answers = new Answers(harness.simulation);
    harness.at(0, () => client.create(namespace("a"), WHY, answers.take, "create"));
    for (const name of ["early", "late"]) harness.at(0, () => client.read("Namespace", name, answers.take, name));
    harness.at(look, () => harness.commit(namespace("late")), Phase.crash);
    harness.at(look - 1, () => harness.commit(namespace("early")));
    harness.run();
    expect(harness.log.get("Namespace", "a")?.time).toBe(commit);
    expect(answers.lines.every((line) => line.startsWith(`${duration} `))).toBe(true);
    expect(answers.lines.slice(0, 2).map((line) => line.split(" ")[1])).toEqual(["early", "late"]);
    expect(answers.results.slice(0, 2).map(({ revision }) => revision !== null)).toEqual([true, false]);
  });

  test("takes no time before time zero and needs no token", () => {
    const harness = new ServerHarness(-1000);
    const client = harness.client({ qps: 1, burst: 1 });
    const answers = new Answers(harness.simulation);
    harness.at(-500, () => {
      for (const name of ["a", "b", "c"]) client.create(namespace(name), WHY, answers.take, name);
    });
    harness.run();
    expect(answers.lines).toEqual(["-500 a committed", "-500 b committed", "-500 c committed"]);
    // the budget is still full
    harness.at(0, () => client.create(namespace("d"), WHY, answers.take, "d"));
    harness.run();
    expect(answers.lines[3]).toBe("9 d committed");
  });

  test("waits for a token", () => {
    const harness = new ServerHarness();
    const client = harness.client({ qps: 10, burst: 1 });
    const answers = new Answers(harness.simulation);
    harness.at(0, () => {
      for (const name of ["a", "b"]) client.create(namespace(name), WHY, answers.take, name);
    });
    harness.run();
    expect(answers.lines).toEqual(["9 a committed", "100009 b committed"]);
  });

  test("on a stale base conflicts and shows what stands", () => {
    const { harness, client, answers } = harnessWith();
    harness.at(0, () => harness.commit(namespace("a")));
    harness.at(10, () => {
      const base = harness.log.get("Namespace", "a")!;
      client.update(namespace("a", "mine"), base, WHY, answers.take, "update");
    });
    harness.at(12, () => harness.commit(namespace("a", "theirs")));
    harness.run();
    expect(answers.lines).toEqual(["19 update conflict"]);
    expect(answers.results[0]?.revision?.object.metadata.labels).toEqual({ label: "theirs" });
    expect(harness.log.get("Namespace", "a")?.version).toBe(2);
  });

  test("on a base that still stands is committed", () => {
    const { harness, client, answers } = harnessWith();
    harness.at(0, () => harness.commit(namespace("a")));
    harness.at(10, () => {
      client.update(namespace("a", "mine"), harness.log.get("Namespace", "a")!, WHY, answers.take, "update");
    });
    harness.run();
    expect(answers.lines).toEqual(["19 update committed"]);
    expect(harness.log.get("Namespace", "a")?.object.metadata.labels).toEqual({ label: "mine" });
  });

  test("says why it was not made", () => {
    const { harness, client, answers } = harnessWith();
    harness.log.admission = (object) => (object.metadata.name === "bad" ? { refused: "no" } : object);
    harness.at(0, () => {
      harness.commit(namespace("a"));
      const base = harness.log.get("Namespace", "a")!;
      client.create(namespace("a"), WHY, answers.take, "create");
      client.create(namespace("bad"), WHY, answers.take, "refused");
      client.patch("Namespace", "a", () => null, WHY, answers.take, "leave");
      client.patch("Namespace", "b", (object) => object, WHY, answers.take, "patch");
      client.delete("Namespace", "b", null, WHY, answers.take, "delete");
      client.read("Namespace", "a", answers.take, "read");
      harness.at(1, () => harness.commit(base.object, true));
      client.update(namespace("a"), base, WHY, answers.take, "update");
    });
    harness.run(3);
    harness.commit(namespace("a"));
    harness.commit(namespace("a"), true);
    harness.run();
    expect(answers.lines.map((line) => line.replace(/^9 /, ""))).toEqual([
      "read unchanged",
      "create committed",
      "refused refused",
      "leave unchanged",
      "patch not-found",
      "delete not-found",
      "update conflict",
    ]);
  });

  test("becomes a fact with its cause, and the answer follows from it", () => {
    const { harness, client } = harnessWith();
    const { facts } = harness.simulation;
    const root = harness.process.record(FactKind.churn, "rollout");
    const causes: number[] = [];
    const why = { cause: root, kind: FactKind.podScheduled, detail: "node-1" };
    harness.at(0, () => {
      harness.commit(pod("a"));
      client.patch(
        "Pod",
        "default/a",
        (object) => object,
        why,
        () => causes.push(harness.simulation.cause),
        null,
      );
    });
    harness.run();
    const fact = harness.log.get("Pod", "default/a")?.fact ?? NO_FACT;
    expect(FACT_KINDS[facts.kindOf(fact)]?.name).toBe("pod-scheduled");
    expect([facts.parentOf(fact), facts.objectOf(fact), facts.componentOf(fact)]).toEqual([root, "node-1", "process"]);
    expect(causes).toEqual([fact]);
  });
});

describe("a client that dies", () => {
  test("between sending and commit gets no answer; the write stands all the same", () => {
    const { harness, client, answers } = harnessWith();
    harness.at(0, () => client.create(namespace("a"), WHY, answers.take, "create"));
    harness.at(2, () => harness.process.crash());
    harness.run();
    expect(harness.log.get("Namespace", "a")?.time).toBe(8);
    expect(answers.lines).toEqual([]);
  });

  test("between commit and answer gets none", () => {
    const { harness, client, answers } = harnessWith();
    harness.at(0, () => client.create(namespace("a"), WHY, answers.take, "create"));
    harness.at(8, () => harness.process.crash(), Phase.crash);
    harness.run();
    expect(harness.log.get("Namespace", "a")).not.toBeNull();
    expect(answers.lines).toEqual([]);
  });

  test("while it waits for a token has not written", () => {
    const harness = new ServerHarness();
    const client = harness.client({ qps: 10, burst: 1 });
    harness.at(0, () => {
      for (const name of ["a", "b"]) client.create(namespace(name), WHY, null, null);
    });
    harness.at(50, () => harness.process.crash());
    harness.run();
    expect(harness.log.list("Namespace").map(({ key }) => key)).toEqual(["a"]);
  });
});

describe("the deletion of a pod", () => {
  function deleted(grace: number | null, nodeName = "node-1") {
    const { harness, client, answers } = harnessWith();
    harness.at(0, () => {
      harness.commit(pod("a", nodeName));
      client.delete("Pod", "default/a", grace, WHY, answers.take, "delete");
    });
    harness.run();
    return { harness, client, answers, left: harness.log.get("Pod", "default/a") };
  }

  test("marks a bound pod with its own grace period", () => {
    const { left, harness } = deleted(null);
    expect(left?.object.metadata).toMatchObject({
      deletionTimestamp: 8,
      deletionGracePeriodSeconds: 30,
      generation: 2,
    });
    expect(FACT_KINDS[harness.simulation.facts.kindOf(left?.fact ?? 0)]?.name).toBe("deletion-requested");
  });

  test("removes an unbound pod, and any pod by force, at once", () => {
    expect(deleted(null, "").left).toBeNull();
    expect(deleted(0).left).toBeNull();
    expect(deleted(-5).left?.object.metadata.deletionGracePeriodSeconds).toBe(1);
  });

  test("may be repeated only to shorten the grace period", () => {
    const { harness, client, answers } = deleted(null);
    for (const grace of [40, 30, 10]) client.delete("Pod", "default/a", grace, WHY, answers.take, String(grace));
    harness.run();
    expect(answers.lines.slice(1).map((line) => line.split(" ").slice(1).join(" "))).toEqual([
      "40 unchanged",
      "30 unchanged",
      "10 committed",
    ]);
    expect(harness.log.get("Pod", "default/a")?.object.metadata.deletionGracePeriodSeconds).toBe(10);
  });
});
