import { describe, expect, test } from "vitest";
import { Context } from "../../src/engine/context.js";
import { Phase } from "../../src/engine/event-queue.js";
import { Simulation } from "../../src/engine/simulation.js";
import { LookupsUnderWay, type WithDeadline } from "../../src/traffic/lookups-under-way.js";

class Waiting implements WithDeadline<Waiting> {
  earlier: Waiting | null = null;
  later: Waiting | null = null;

  constructor(
    readonly name: string,
    readonly deadline: number,
  ) {}
}

function list() {
  const simulation = new Simulation({ seed: "1", maxEvents: 1000 });
  const context = new Context(simulation, "test");
  const ended: string[] = [];
  const lookups = new LookupsUnderWay<Waiting>(context, ({ name }) => ended.push(`${simulation.now} ${name}`));
  const add = (name: string, deadline: number): Waiting => {
    const waiting = new Waiting(name, deadline);
    lookups.add(waiting);
    return waiting;
  };
  const run = (until: number): void => {
    while (simulation.advance(1000, until));
  };
  return { simulation, context, lookups, ended, add, run };
}

describe("requests whose name is being looked up", () => {
  test("end at their deadlines, those of one deadline in the order in which they came", () => {
    const { ended, add, run } = list();
    add("c", 30);
    add("a", 10);
    add("d", 30);
    add("b", 20);
    run(100);
    expect(ended).toEqual(["10 a", "20 b", "30 c", "30 d"]);
  });

  test("do not end any more once they are taken out: the first, the last, one between, the only one", () => {
    for (const out of [[0], [2], [1], [0, 1], [1, 2], [0, 2], [2, 0], [0, 1, 2], [2, 1, 0]]) {
      const { ended, lookups, add, run } = list();
      const all = ["a", "b", "c"].map((name, index) => add(name, 10 * (index + 1)));
      for (const index of out) lookups.remove(all[index] as Waiting);
      run(100);
      expect(ended).toEqual(["10 a", "20 b", "30 c"].filter((_, index) => !out.includes(index)));
    }
  });

  test("share one event, which goes to the earliest that is left", () => {
    const { simulation, context, ended, lookups, add, run } = list();
    for (let start = 0; start < 100; start++) {
      context.at(
        start,
        Phase.write,
        () => {
          const waiting = add(`${start}`, start + 50);
          if (start !== 99) context.after(5, Phase.write, () => lookups.remove(waiting), null);
        },
        null,
      );
    }
    run(1000);
    expect(ended).toEqual(["149 99"]);
    // 100 arrivals, 99 answers; at 50 it goes on to that of 46, at 96 to that of 92, at 142 to the last
    expect(simulation.dispatched).toBe(100 + 99 + 4);
  });

  test("one with an earlier deadline than all before it is not missed, and costs no second event", () => {
    const { simulation, ended, add, run } = list();
    add("late", 1000);
    add("early", 10);
    run(100);
    expect(ended).toEqual(["10 early"]);
    run(2000);
    expect(ended).toEqual(["10 early", "1000 late"]);
    expect(simulation.dispatched).toBe(2);
  });

  test("whoever comes in while others end is waited for", () => {
    const simulation = new Simulation({ seed: "1", maxEvents: 1000 });
    const ended: string[] = [];
    const lookups: LookupsUnderWay<Waiting> = new LookupsUnderWay(new Context(simulation, "test"), ({ name }) => {
      ended.push(`${simulation.now} ${name}`);
      if (name === "a") lookups.add(new Waiting("b", 25));
    });
    lookups.add(new Waiting("a", 10));
    while (simulation.advance(1000, 100));
    expect(ended).toEqual(["10 a", "25 b"]);
  });
});
